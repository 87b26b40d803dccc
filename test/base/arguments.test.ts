import { describe, expect, it } from "vitest";
import {
  blaming,
  checkArguments,
  elementsOf,
  listOf,
  NUMBER,
  OBJECT,
  OPTIONS,
  optionsWith,
  orNull,
  PATH,
  TEXT,
} from "../../src/base/arguments.ts";
import { LagerError } from "../../src/base/errors.ts";
import { collect } from "../support/collect.ts";
import { rejection } from "../support/errors.ts";

const fail = () => {
  throw new TypeError("of the argument");
};
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

/** What is wrong with an argument of that shape; null: nothing. */
function complaint(value: unknown, shape: Parameters<typeof checkArguments>[1][string][1]) {
  try {
    checkArguments("call", { given: [value, shape] });
    return null;
  } catch (error) {
    expect(error).toMatchObject({ name: "LagerError", code: "INVALID_ARGUMENT" });
    return (error as LagerError).message;
  }
}

describe("an argument", () => {
  it("is named with what is expected, and what it is", () => {
    expect(complaint(5, TEXT)).toBe(
      'field "given": call: a text is expected here, and this is number 5',
    );
    expect(complaint(["a", null], listOf(TEXT))).toContain('field "given.1"');
    expect(complaint("a\0b", PATH)).toContain("a path is expected");
    expect(complaint(null, orNull(NUMBER))).toBeNull();
  });

  it.each<[string, () => unknown]>([
    ["a proxy that was revoked", revoked],
    ["a getter that throws", () => Object.defineProperty({}, "a", { enumerable: true, get: fail })],
    ["a list of such", () => [revoked()]],
    ["a symbol", () => Symbol("s")],
    ["a function that cannot be shown", () => Object.assign(() => 1, { toString: fail })],
  ])("that is %s is refused in words", (_, make) => {
    for (const shape of [TEXT, NUMBER, OPTIONS, listOf(OBJECT)]) {
      expect(complaint([make()], listOf(shape))).toContain("call: ");
    }
  });
});

describe("options", () => {
  it("are known by their names, in whatever call", () => {
    expect(complaint({ signal: {} }, OPTIONS)).toContain('"given.signal": call: an AbortSignal');
    expect(complaint({ onWhatever: 1 }, OPTIONS)).toContain('"given.onWhatever": call: a function');
    expect(complaint({ limit: "3" }, OPTIONS)).toContain('"given.limit"');
    const { signal } = new AbortController();
    expect(complaint({ signal, other: 1, limit: undefined }, OPTIONS)).toBeNull();
    expect(complaint(Object.create({ force: 1 }), OPTIONS)).toContain('"given.force"');
  });

  it("that are needed must be there", () => {
    expect(complaint({}, optionsWith({ judge: TEXT }))).toContain('"given.judge": call: a text');
    expect(complaint(undefined, OPTIONS)).toContain("this is missing");
  });
});

describe("blaming", () => {
  it("keeps the package's own errors, and makes others the argument's", async () => {
    const own = new LagerError("ABORTED", "own");
    const throwOwn = () => {
      throw own;
    };
    expect(() => blaming("call", "given", throwOwn)).toThrow(own);
    const blamed = { code: "INVALID_ARGUMENT", cause: expect.any(TypeError) };
    expect(() => blaming("call", "given", fail)).toThrow(expect.objectContaining(blamed));
    await expect(blaming("call", "given", async () => fail())).rejects.toMatchObject(blamed);
    expect(blaming("call", "given", () => 5)).toBe(5);
  });
});

describe("elementsOf", () => {
  it("gives the elements, and blames the iterable for what it throws", async () => {
    expect(await collect(elementsOf("call", "given", [1, 2]))).toEqual([1, 2]);
    const broken = (function* () {
      yield 1;
      fail();
    })();
    const error = await rejection(collect(elementsOf("call", "given", broken)), "INVALID_ARGUMENT");
    expect(error.place).toEqual({ field: "given" });
    for (const none of [null, 5, "text", {}, { [Symbol.iterator]: 5 }]) {
      const elements = elementsOf("call", "given", none as unknown as number[]);
      await rejection(collect(elements), "INVALID_ARGUMENT");
    }
  });

  it("closes the iterable when no more is wanted", async () => {
    let isClosed = false;
    const source = (function* () {
      try {
        yield* [1, 2];
      } finally {
        isClosed = true;
      }
    })();
    for await (const _ of elementsOf("call", "given", source)) break;
    expect(isClosed).toBe(true);
  });
});
