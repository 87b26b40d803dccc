import { describe, expect, it } from "vitest";
import { objectOf, optionsWith, TEXT } from "../../src/base/arguments.ts";
import { LagerError } from "../../src/base/errors.ts";
import { publicCall, publicStream, tell } from "../../src/base/public-call.ts";
import { collect } from "../support/collect.ts";
import { rejection } from "../support/errors.ts";

interface Options {
  readonly signal?: AbortSignal;
  readonly limit?: number;
  readonly include?: readonly string[];
  readonly keep?: { readonly share: number };
  readonly onProgress?: (done: number) => unknown;
  readonly known?: () => unknown;
}

/** Options whose getter throws when it is looked at a second time. */
function onceReadable(name: string, value: unknown): Options {
  let looks = 0;
  return Object.defineProperty({}, name, {
    enumerable: true,
    get() {
      if (looks++ > 0) throw new TypeError("looked at again");
      return value;
    },
  });
}

class Made {
  readonly made = true;
}

describe("options of a public call", () => {
  it("are looked at once, and stay what they were then", async () => {
    const given = { include: ["tokens"], keep: { share: 0.5 }, limit: 1 };
    const seen = await publicCall("call", given as Options, async (own) => {
      given.include.push("prompt");
      given.keep.share = 1;
      given.limit = 2;
      return own;
    });
    expect(seen).toEqual({ include: ["tokens"], keep: { share: 0.5 }, limit: 1 });
    const once = onceReadable("limit", 3);
    expect(await publicCall("call", once, async ({ limit }) => [limit, limit])).toEqual([3, 3]);
  });

  it("may be inherited, and hold objects that are told by their identity", async () => {
    const made = new Made();
    const given: object = Object.create({ limit: 3, made });
    const own = await publicCall("call", given as Options, async (options) => options);
    expect(own).toEqual({ limit: 3, made });
    expect((own as { made?: unknown }).made).toBe(made);
  });

  it.each<[string, unknown]>([
    ["a getter that throws", Object.defineProperty({}, "x", { enumerable: true, get: fail })],
    ["a list", []],
    ["a wrong value", { limit: "1" }],
    ["a signal that is none", { signal: { aborted: true } }],
    ["no object", null],
  ])("are refused before any work for %s", async (_, given) => {
    const work = async () => expect.unreachable();
    await rejection(publicCall("call", given as Options, work), "INVALID_ARGUMENT");
    expect(() => publicStream("call", given as Options, () => [] as never)).toThrow(LagerError);
  });

  it("have the shape that the call asks for", async () => {
    const error = await rejection(
      publicCall("call", {}, async () => 1, optionsWith({ judge: TEXT })),
      "INVALID_ARGUMENT",
    );
    expect(error.place).toEqual({ field: "options.judge" });
    expect(await publicCall("call", { a: "b" }, async ({ a }) => a, objectOf({ a: TEXT }))).toBe(
      "b",
    );
  });
});

describe("a callback", () => {
  it.each<[string, unknown]>([
    ["throws", fail],
    ["is a class", Made],
    ["gives a promise that is rejected", async () => fail()],
    ["gives an object that throws when it is looked at", () => new Proxy({}, { has: fail })],
  ])("that %s ends the call, with what it threw as the cause", async (_, onProgress) => {
    const work = async (own: Options) => {
      tell(own.onProgress, 1);
      for (;;) {
        // What listens to nothing but the signal ends, too.
        if (own.signal?.aborted) throw new LagerError("ABORTED", "ended");
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const options = { onProgress } as Options;
    const error = await rejection(publicCall("call", options, work), "INVALID_ARGUMENT");
    expect(error.message).toContain('field "options.onProgress": call: this function failed');
    expect(error.cause).toBeInstanceOf(TypeError);
    const stream = publicStream("call", options, async function* (own) {
      yield 1;
      await work(own);
    });
    await rejection(collect(stream), "INVALID_ARGUMENT");
  });

  it("that fails is not called again, and the work's result is closed", async () => {
    let calls = 0;
    let isClosed = false;
    const onProgress = () => {
      calls++;
      return fail();
    };
    const result = publicCall("call", { onProgress } as Options, async (own) => {
      tell(own.onProgress, 1);
      tell(own.onProgress, 2);
      return {
        [Symbol.asyncDispose]: async () => {
          isClosed = true;
        },
      };
    });
    await rejection(result, "INVALID_ARGUMENT");
    expect([calls, isClosed]).toEqual([1, true]);
  });

  it("that asks something stops who asked, and a LagerError of it stays as it is", async () => {
    const own = new LagerError("EMPTY_RESPONSE", "own");
    const known = () => {
      throw own;
    };
    let isReached = false;
    const call = publicCall("outer", { known } as Options, (outer) =>
      publicCall("inner", outer, async (inner) => {
        inner.known?.();
        isReached = true;
      }),
    );
    expect(await rejection(call, "EMPTY_RESPONSE")).toBe(own);
    expect(isReached).toBe(false);
  });

  it("works as given where nothing is wrong, and the caller's signal still counts", async () => {
    const stop = new AbortController();
    const told: number[] = [];
    const options: Options = {
      signal: stop.signal,
      onProgress: async (done) => {
        told.push(done);
        return done * 2;
      },
    };
    const [twice, isAborted] = await publicCall("call", options, async (own) => {
      const result = await own.onProgress?.(21);
      stop.abort();
      return [result, own.signal?.aborted];
    });
    expect([twice, isAborted, told]).toEqual([42, true, [21]]);
  });
});

it("an error that nobody foresaw is INTERNAL, with itself as the cause", async () => {
  const cause = new RangeError("of the work");
  const work = async () => {
    throw cause;
  };
  const error = await rejection(publicCall("call", {}, work), "INTERNAL");
  expect(error).toMatchObject({ message: "call: of the work", cause });
  const stream = publicStream("call", {}, async function* () {
    yield 1;
    throw cause;
  });
  expect(await rejection(collect(stream), "INTERNAL")).toMatchObject({ cause });
});

function fail(): never {
  throw new TypeError("thrown by the program");
}
