import { describe, expect, it } from "vitest";
import { libraryFolder } from "../../src/base/library-folder.ts";
import type {
  NativeBatchRequest,
  NativeCaptureRequest,
  NativeGenerateRequest,
  NativeJudge,
  NativeLoadRequest,
} from "../../src/engine/addon/boundary.ts";
import { nativeAddon } from "../../src/engine/addon/load-addon.ts";
import { bitsOf } from "../support/bits.ts";
import { rejection } from "../support/errors.ts";
import { loadTiny } from "../support/load-tiny.ts";
import { LABELS, tokenPrompt } from "../support/prompts.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

// biome-ignore lint/complexity/noBannedTypes: the types are what these tests break.
type Callable = Function;

/** Things that are never what a parameter of the binding wants, but where they are skipped. */
const WRONG: readonly (readonly [string, unknown])[] = [
  ["nothing", undefined],
  ["null", null],
  ["true", true],
  ["a number", 1.5],
  ["NaN", Number.NaN],
  ["a big integer", 2n ** 70n],
  ["a text", "judge"],
  ["a symbol", Symbol("judge")],
  ["an object", {}],
  ["a list", [1, 2]],
  ["a sparse list", new Array(5)],
  ["a function", () => 1],
  ["doubles", new Float64Array(4)],
  ["bytes", new Uint8Array(4)],
  ["a frozen object without prototype", Object.freeze(Object.create(null))],
  [
    "a proxy that throws",
    new Proxy([], {
      get() {
        throw new Error("trap");
      },
    }),
  ],
];

const REQUEST: NativeLoadRequest = {
  path: tinyGguf("llama-spm-tied"),
  devices: [],
  gpuLayers: 0,
  contextSize: 0,
  batchSize: 512,
  threads: 1,
  flashAttention: false,
  adapters: [],
  adapterScales: new Float64Array(),
  kvType: "f16",
  parallel: 1,
  exact: false,
  memory: 0,
  memoryIs: "the memory limit",
};

const PROMPT = Int32Array.of(1, 2, 3);
const CAPTURE: NativeCaptureRequest = {
  tokens: PROMPT,
  scoreTokens: LABELS,
  fresh: false,
  hidden: false,
  plainAttention: false,
};
const BATCH: NativeBatchRequest = {
  prompts: [PROMPT],
  scoreTokens: LABELS,
  fresh: false,
  hidden: false,
};
const GENERATE: NativeGenerateRequest = { prompt: PROMPT, generated: new Int32Array(), count: 1 };

/** Whether the call throws or rejects with an Error; anything else of note fails the test. */
async function refuses(call: () => unknown): Promise<boolean> {
  try {
    await call();
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return true;
  }
}

async function nativeJudge(): Promise<NativeJudge> {
  const addon = nativeAddon();
  await addon.initialize(libraryFolder(), [], false);
  return addon.loadJudge(REQUEST, addon.newCancelFlag(), () => {});
}

describe("the binding", () => {
  it("refuses wrong arguments of its functions", async () => {
    const addon = nativeAddon();
    const flag = addon.newCancelFlag();
    const calls: [string, Callable, unknown[]][] = [
      ["initialize", addon.initialize, [libraryFolder(), [], false]],
      ["loadJudge", addon.loadJudge, [REQUEST, flag, () => {}]],
      ["architectureOf", addon.architectureOf, [REQUEST.path]],
      ["cancel", addon.cancel, [flag]],
    ];
    const accepted: string[] = [];
    for (const [name, call, good] of calls) {
      for (const position of good.keys()) {
        for (const [what, wrong] of WRONG) {
          if (typeof wrong === typeof good[position] && typeof wrong !== "object") continue;
          const given = good.with(position, wrong);
          if (!(await refuses(() => call.apply(addon, given)))) {
            accepted.push(`${name}, argument ${position}: ${what}`);
          }
        }
      }
    }
    expect(accepted).toEqual([]);
  });

  it.each(Object.keys(REQUEST))("refuses a request with a wrong %s", async (key) => {
    const addon = nativeAddon();
    const accepted: string[] = [];
    for (const [what, wrong] of WRONG) {
      const right = REQUEST[key as keyof NativeLoadRequest];
      if (typeof wrong === typeof right && !Array.isArray(right)) {
        if (typeof wrong !== "number" || Number.isInteger(wrong)) continue;
      }
      const request = { ...REQUEST, [key]: wrong } as NativeLoadRequest;
      const call = () => addon.loadJudge(request, addon.newCancelFlag(), () => {});
      if (!(await refuses(call))) accepted.push(what);
    }
    expect(accepted).toEqual([]);
  });

  it("refuses wrong arguments of a judge's methods", async () => {
    const addon = nativeAddon();
    const judge = await nativeJudge();
    const calls: [string, Callable, unknown[]][] = [
      ["tokenText", judge.tokenText, [1]],
      ["tokenize", judge.tokenize, [["a"], Int32Array.of(1)]],
      ["textOf", judge.textOf, [PROMPT]],
      ["capture", judge.capture, [CAPTURE, addon.newCancelFlag()]],
      ["captureBatch", judge.captureBatch, [BATCH, addon.newCancelFlag()]],
      ["generate", judge.generate, [GENERATE, addon.newCancelFlag()]],
    ];
    const accepted: string[] = [];
    for (const [name, call, good] of calls) {
      expect(await refuses(() => call.apply(judge, good))).toBe(false);
      for (const position of good.keys()) {
        for (const [what, wrong] of WRONG) {
          if (typeof wrong === "boolean" && typeof good[position] === "boolean") continue;
          const given = good.with(position, wrong);
          if (!(await refuses(() => call.apply(judge, given)))) {
            accepted.push(`${name}, argument ${position}: ${what}`);
          }
        }
      }
    }
    expect(accepted).toEqual([]);
    await judge.dispose();
  });

  it.each([
    ["capture", CAPTURE],
    ["captureBatch", BATCH],
    ["generate", GENERATE],
  ] as const)(
    "refuses requests of %s with a field that is wrong or missing",
    async (name, good) => {
      const addon = nativeAddon();
      const judge = await nativeJudge();
      const method = judge[name] as Callable;
      const accepted: string[] = [];
      for (const [key, right] of Object.entries(good)) {
        for (const [what, wrong] of WRONG) {
          if (typeof wrong === "boolean" && typeof right === "boolean") continue;
          const call = () => method.call(judge, { ...good, [key]: wrong }, addon.newCancelFlag());
          if (!(await refuses(call))) accepted.push(`${key}: ${what}`);
        }
      }
      expect(accepted).toEqual([]);
      await judge.dispose();
    },
  );

  it("gives what a judge's methods throw a code", async () => {
    const judge = await nativeJudge();
    const invalid = expect.objectContaining({ code: "INVALID_ARGUMENT" });
    expect(() => judge.tokenText(-1)).toThrow(invalid);
    expect(() => judge.textOf(Int32Array.of(-1))).toThrow(invalid);
    expect(() => judge.tokenize(["a"], new Int32Array())).toThrow(invalid);
    expect(() => judge.capture(CAPTURE, {} as never)).toThrow(invalid);
    await judge.dispose();
    for (const method of ["info", "metadata", "decodeSeconds", "specialTokens"] as const) {
      expect(() => judge[method]()).toThrow(expect.objectContaining({ code: "DISPOSED" }));
    }
  });

  it("refuses methods on an object that is no judge, and judges that were not loaded", async () => {
    const addon = nativeAddon();
    const judge = await nativeJudge();
    const prototype = Object.getPrototypeOf(judge) as Record<string, unknown>;
    const methods = Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
    expect(methods).toContain("capture");
    for (const name of methods) {
      const method = prototype[name] as Callable;
      for (const receiver of [{}, undefined, Object.create(prototype), addon.newCancelFlag()]) {
        expect(await refuses(() => method.apply(receiver, []))).toBe(true);
      }
    }
    const Judge = prototype.constructor as new (...args: unknown[]) => unknown;
    for (const [, wrong] of WRONG) {
      expect(await refuses(() => new Judge(wrong))).toBe(true);
    }
    expect(await refuses(() => new Judge(addon.newCancelFlag()))).toBe(true);
    await judge.dispose();
  });

  it("gives its errors codes of the closed set", async () => {
    const addon = nativeAddon();
    expect(() => addon.initialize(1 as never, [], false)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
    const request = { ...REQUEST, path: tinyGguf("not-a-gguf") };
    await expect(addon.loadJudge(request, addon.newCancelFlag(), () => {})).rejects.toThrow(
      expect.objectContaining({ code: "INVALID_GGUF" }),
    );
    const judge = await nativeJudge();
    await judge.dispose();
    expect(() => judge.info()).toThrow(expect.objectContaining({ code: "DISPOSED" }));
    await judge.dispose();
  });
});

describe("an engine", () => {
  const good = tokenPrompt(40, 30_000);

  it.each([
    ["no tokens", new Int32Array(), LABELS],
    ["no labels", good, new Int32Array()],
    ["a negative token", Int32Array.of(1, -1), LABELS],
    ["a token beyond the vocabulary", Int32Array.of(32_000), LABELS],
    ["the largest token", Int32Array.of(2 ** 31 - 1), LABELS],
    ["a negative label", good, Int32Array.of(5, -5)],
    ["a label beyond the vocabulary", good, Int32Array.of(5, 32_000)],
    ["more labels than anybody has", good, tokenPrompt(5000, 30_000)],
    ["doubles", new Float64Array([1, 2]) as never, LABELS],
    ["a list", [1, 2] as never, LABELS],
    ["NaN", Number.NaN as never, LABELS],
    ["labels of the wrong type", good, "12345" as never],
  ])("refuses %s and stays good", async (_, tokens, labels) => {
    const engine = await loadTiny("llama-spm-tied");
    const before = bitsOf(await engine.capture(good, LABELS));
    await rejection(engine.capture(tokens, labels), "INVALID_ARGUMENT");
    expect(bitsOf(await engine.capture(good, LABELS))).toEqual(before);
  });

  it("takes a prompt far beyond the context for what it is", async () => {
    const engine = await loadTiny("llama-spm-tied");
    await rejection(engine.capture(new Int32Array(20_000_000), LABELS), "PROMPT_TOO_LONG");
  });

  it.each([-1, 32_000, 2 ** 40, 0.5, Number.NaN])("has no token %d", async (id) => {
    const engine = await loadTiny("llama-spm-tied");
    await rejection(engine.tokenText(id), "INVALID_ARGUMENT");
  });

  it("tokenises any text", async () => {
    const engine = await loadTiny("qwen2-bpe");
    const texts = ["", "\0", "a\0b", "\ud800", "🙂".repeat(1000), " ".repeat(100_000)];
    const tokens = await engine.tokenize(texts.map((text) => ({ text, special: true })));
    expect(tokens.map((ids) => ids.length > 0)).toEqual([false, true, true, true, true, true]);
    // The null character ends no text.
    expect(Array.from(tokens[2] ?? [])).toHaveLength(3);
    expect(await engine.tokenize([])).toEqual([]);
  });
});
