import { describe, expect, it } from "vitest";
import { LagerError } from "../../../src/base/errors.ts";
import {
  type DepthFirstOptions,
  depthFirst,
  type Planned,
} from "../../../src/engine/plan/depth-first.ts";
import { distinctTokens, sharedLength } from "../../../src/engine/plan/distinct-tokens.ts";
import { inSourceOrder } from "../../../src/engine/plan/source-order.ts";
import { collect } from "../../support/collect.ts";

/** A prompt, or a text for what is not to be decoded. */
type Element = Int32Array | string;

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function* stream<T>(elements: Iterable<T>): AsyncGenerator<T> {
  yield* elements;
}

function plan(
  source: AsyncIterable<Element>,
  options: Partial<DepthFirstOptions<Element>> = {},
): AsyncGenerator<Planned<Element>> {
  const tokensOf = (element: Element) => (typeof element === "string" ? null : element);
  return depthFirst(source, { tokensOf, window: 1000, ...options });
}

/** Tokens that a decoder with one sequence decodes, if it keeps what each prompt shares with the one before. */
function decoded(planned: readonly Planned<Element>[]): number {
  let total = 0;
  let previous: Int32Array = new Int32Array();
  for (const { element } of planned) {
    if (typeof element === "string") continue;
    total += element.length - sharedLength(previous, element);
    previous = element;
  }
  return total;
}

/** Contexts × responses × criteria, shuffled: no two that share anything stand side by side. */
function shuffledPrompts(): Int32Array[] {
  const prompts: Int32Array[] = [];
  for (let context = 0; context < 12; context++) {
    for (let response = 0; response < 6; response++) {
      for (let criterion = 0; criterion < 5; criterion++) {
        prompts.push(
          Int32Array.from([
            ...Array(100).fill(7),
            ...Array(40).fill(1000 + context),
            ...Array(20).fill(2000 + response),
            ...Array(15).fill(3000 + criterion),
          ]),
        );
      }
    }
  }
  // 127 and 360 have no common divisor: every prompt comes once.
  return prompts.map((_, i) => prompts[(i * 127) % prompts.length] ?? new Int32Array());
}

describe("depthFirst", () => {
  it("decodes each distinct token of a window once", async () => {
    const prompts = shuffledPrompts();
    const planned = await collect(plan(stream(prompts)));
    expect(planned.map(({ sequence }) => sequence).toSorted((a, b) => a - b)).toEqual(
      prompts.map((_, i) => i),
    );
    expect(planned.every(({ sequence, element }) => element === prompts[sequence])).toBe(true);
    // The first ones are chosen among few, so that decoding begins at once: that costs a branch or two.
    expect(decoded(planned) / distinctTokens(prompts)).toBeLessThan(1.01);
    const asTheyCame = prompts.map((element, sequence) => ({ sequence, element }));
    expect(decoded(asTheyCame)).toBeGreaterThan(3 * decoded(planned));
  });

  it("begins with the first, and takes the earliest of equals", async () => {
    const prompts = [[5, 1], [4, 1], [5, 2], [4, 1], [3]].map((list) => Int32Array.from(list));
    const planned = await collect(plan(stream(prompts)));
    expect(planned.map(({ sequence }) => sequence)).toEqual([0, 2, 1, 3, 4]);
  });

  it("keeps the order among prompts that begin alike by chance", async () => {
    const lone = (record: number, criterion: number) =>
      Int32Array.from([
        ...Array(50).fill(7),
        // Every third record begins with the same two words.
        ...(record % 3 === 0 ? [1, 2] : [10 + record, 10 + record]),
        ...Array(60).fill(100 + record),
        ...Array(40).fill(1000 + criterion),
      ]);
    const prompts = Array.from({ length: 240 }, (_, i) => lone(Math.floor(i / 4), i % 4));
    const planned = await collect(plan(stream(prompts)));
    expect(decoded(planned) / distinctTokens(prompts)).toBeLessThanOrEqual(1.01);
    // How many wait for their turn at the worst moment; depth-first alone would let a third of all wait.
    const finished = new Set<number>();
    let [turn, mostWaiting] = [0, 0];
    for (const { sequence } of planned) {
      finished.add(sequence);
      while (finished.has(turn)) turn++;
      mostWaiting = Math.max(mostWaiting, finished.size - turn);
    }
    expect(mostWaiting).toBeLessThan(12);
  });

  it("lets none be overtaken by more than the window", async () => {
    const alone = Int32Array.of(1, 2, 3);
    const alike = (i: number) => Int32Array.of(9, 9, 9, i);
    const prompts = [alike(0), alone, ...Array.from({ length: 300 }, (_, i) => alike(i + 1))];
    let taken = 0;
    const source = (async function* () {
      for (const prompt of prompts) {
        taken++;
        yield prompt;
      }
    })();
    const order: number[] = [];
    for await (const { sequence } of plan(source, { window: 50 })) {
      order.push(sequence);
      const earliest = prompts.findIndex((_, i) => !order.includes(i));
      if (earliest >= 0) expect(taken - earliest).toBeLessThanOrEqual(51);
    }
    expect(order.indexOf(1)).toBeLessThanOrEqual(50);
    expect(order).toHaveLength(302);
  });

  it("tells the distinct tokens of each window of the source", async () => {
    const prompts = shuffledPrompts();
    const told: number[] = [];
    await collect(
      plan(stream(prompts), { window: 100, onWindow: (distinct) => told.push(distinct) }),
    );
    const windows = [0, 100, 200, 300].map((from) => prompts.slice(from, from + 100));
    expect(told).toEqual(windows.map((window) => distinctTokens(window)));
  });

  it("passes on at once what is not to be decoded", async () => {
    const planned = await collect(plan(stream(["a", Int32Array.of(1), "b", "c"])));
    expect(planned.map(({ element }) => element)).toEqual(
      expect.arrayContaining(["a", "b", "c", Int32Array.of(1)]),
    );
    expect(planned).toHaveLength(4);
  });

  it("goes on with what is here when the source waits for results", async () => {
    let answered = 0;
    const source = (async function* () {
      for (let turn = 0; turn < 4; turn++) {
        while (answered < turn) await later(1);
        yield Int32Array.of(turn);
      }
    })();
    for await (const _ of plan(source)) answered++;
    expect(answered).toBe(4);
  });

  it("throws what the source fails with after all that it gave", async () => {
    const error = new Error("the disk is gone");
    const source = (async function* () {
      yield Int32Array.of(1);
      yield Int32Array.of(2);
      throw error;
    })();
    const seen: number[] = [];
    const run = async () => {
      for await (const { sequence } of plan(source)) seen.push(sequence);
    };
    await expect(run()).rejects.toBe(error);
    expect(seen).toEqual([0, 1]);
  });

  it("ends with ABORTED though the source is silent", async () => {
    const abort = new AbortController();
    const reason = new Error("enough");
    const source = (async function* () {
      yield Int32Array.of(1);
      await new Promise(() => {});
    })();
    const run = async () => {
      for await (const _ of plan(source, { signal: abort.signal })) {
        setTimeout(() => abort.abort(reason), 5);
      }
    };
    const error = await run().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LagerError);
    expect(error).toMatchObject({ code: "ABORTED", cause: reason });
  });

  it("closes the source when it is broken off", async () => {
    let closed = false;
    const source = (async function* () {
      try {
        for (let i = 0; ; i++) yield Int32Array.of(i);
      } finally {
        closed = true;
      }
    })();
    for await (const { sequence } of plan(source, { window: 10 })) if (sequence > 3) break;
    expect(closed).toBe(true);
  });
});

describe("inSourceOrder", () => {
  it("undoes the plan, and holds only what came too early", async () => {
    const prompts = shuffledPrompts();
    const back = await collect(inSourceOrder(plan(stream<Element>([...prompts, "end"]))));
    expect(back).toEqual([...prompts, "end"]);
  });

  it("yields each element as soon as those before it are there", async () => {
    const seen: string[] = [];
    async function* planned() {
      for (const sequence of [1, 0, 3, 2]) {
        seen.push(`in ${sequence}`);
        yield { sequence, element: sequence };
      }
    }
    for await (const element of inSourceOrder(planned())) seen.push(`out ${element}`);
    expect(seen.join(", ")).toBe("in 1, in 0, out 0, out 1, in 3, in 2, out 2, out 3");
  });
});
