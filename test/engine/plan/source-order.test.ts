import { describe, expect, it } from "vitest";
import { inSourceOrder } from "../../../src/engine/plan/source-order.ts";

async function* planned(order: readonly number[], failure?: Error) {
  for (const sequence of order) yield { sequence, element: `element ${sequence}` };
  if (failure !== undefined) throw failure;
}

async function collect(source: AsyncIterable<string>): Promise<{ got: string[]; error?: unknown }> {
  const got: string[] = [];
  try {
    for await (const element of source) got.push(element);
  } catch (error) {
    return { got, error };
  }
  return { got };
}

const named = (...numbers: readonly number[]) => numbers.map((number) => `element ${number}`);

describe("elements in another order", () => {
  it("come in the order of their source", async () => {
    const { got } = await collect(inSourceOrder(planned([0, 3, 1, 4, 2, 5])));
    expect(got).toEqual(named(0, 1, 2, 3, 4, 5));
  });

  it("come as soon as it is their turn", async () => {
    const source = inSourceOrder(planned([1, 0, 2]));
    expect((await source.next()).value).toBe("element 0");
    expect((await source.next()).value).toBe("element 1");
  });

  it("that are held come before the failure that ends them", async () => {
    const failure = new Error("enough");
    const { got, error } = await collect(inSourceOrder(planned([0, 5, 2, 1, 7], failure)));
    expect(got).toEqual(named(0, 1, 2, 5, 7));
    expect(error).toBe(failure);
  });

  it("that are held are let go when nobody wants more", async () => {
    const got: string[] = [];
    for await (const element of inSourceOrder(planned([0, 5, 2], new Error("not reached")))) {
      got.push(element);
      break;
    }
    expect(got).toEqual(named(0));
  });
});
