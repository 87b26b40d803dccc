import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  fooledSpm,
  KIND,
  writeFooledGguf,
} from "../../scripts/research/injections/fooled-gguf.mjs";
import { cachedJudgePath } from "../../src/engine/models/cache.ts";
import { JudgeEngine } from "../../src/engine/native/judge-engine.ts";
import { bitsOf } from "../support/bits.ts";
import { needsDefaultJudge } from "../support/default-judge.ts";
import { rejection } from "../support/errors.ts";
import { loadTiny, ON_ONE_THREAD } from "../support/load-tiny.ts";
import { LABELS, tokenPrompt } from "../support/prompts.ts";
import { scratchFolder } from "../support/scratch.ts";
import { TINY_JUDGES, tinyGguf } from "../support/tiny-judges.ts";

describe("loading a judge", () => {
  it.each(TINY_JUDGES)("$name: its head gives llama.cpp's own bits", async (judge) => {
    const { info } = await loadTiny(judge.name);
    expect(info.selfCheckDifference).toBe(0);
    expect(info).toMatchObject({
      architecture: judge.architecture,
      layers: judge.layers,
      embeddingRow: true,
      exact: true,
      flashAttention: false,
      kvType: "f16",
      contextSize: 4096,
      batchSize: 512,
      threads: 1,
    });
    expect(info.chatTemplate !== null).toBe(judge.chatTemplate);
  });

  it("refuses a vocabulary that cannot spell every text", async () => {
    const whole = fooledSpm();
    const tokens = whole.tokens.filter(({ kind, text }) => kind !== KIND.byte || text < "<0x80>");
    const file = path.join(await scratchFolder(), "no-bytes.gguf");
    writeFooledGguf(file, { ...whole, tokens });
    const refused = await rejection(JudgeEngine.load(file, ON_ONE_THREAD), "INVALID_GGUF");
    expect(refused.message).toContain("lacks the byte <0x80>");
  });

  it("says what the file holds", async () => {
    const engine = await loadTiny("qwen2-bpe");
    expect(engine.info).toMatchObject({
      quantization: "F16",
      embeddingLength: 64,
      vocabularySize: 151936,
      trainingContext: 4096,
    });
    expect(engine.metadata()).toMatchObject({
      "general.architecture": "qwen2",
      "qwen2.block_count": "4",
    });
    expect(engine.specialTokens).toContainEqual({
      id: 151644,
      text: "<|im_start|>",
      kind: "control",
    });
    expect(await engine.tokenText(151644)).toBe("<|im_start|>");
    expect(engine.backend).toMatchObject({ backend: "CPU" });
    expect(engine.backend.release).toMatch(/^\d+\.\d+/);
    expect(engine.backend.devices).toHaveLength(1);
  });

  it("tells its progress, from little to all", async () => {
    const shares: number[] = [];
    await loadTiny("llama-q8_0", { onLoadProgress: (share) => shares.push(share) });
    expect(shares.length).toBeGreaterThan(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  it("uses the context, batch and threads it is asked for", async () => {
    const { info } = await loadTiny("llama-spm-tied", {
      contextSize: 700,
      batchSize: 101,
      threads: 2,
      kvType: "f32",
    });
    expect(info.kvType).toBe("f32");
    expect(info.contextSize).toBeGreaterThanOrEqual(700);
    expect(info.batchSize).toBe(104);
    expect(info.threads).toBe(2);
  });

  it("loads several judges at once", async () => {
    const names = ["llama-spm-tied", "qwen2-bpe", "llama-spm-tied"];
    const engines = await Promise.all(names.map((name) => loadTiny(name)));
    expect(engines.map(({ info }) => info.architecture)).toEqual(["llama", "qwen2", "llama"]);
    const [first, , second] = await Promise.all(
      engines.map((engine) => engine.capture(tokenPrompt(50, 30_000), LABELS)),
    );
    expect(first && bitsOf(first)).toEqual(second && bitsOf(second));
  });
});

describe("a judge that cannot be loaded", () => {
  it.each([
    ["truncated", "INVALID_GGUF", /is truncated: tensor \S+ ends at byte \d+, the file has \d+/],
    ["not-a-gguf", "INVALID_GGUF", /does not start with "GGUF"/],
    ["bert-embedding", "UNSUPPORTED_JUDGE", /embedding model \(architecture bert\)/],
  ] as const)("%s", async (name, code, message) => {
    const error = await rejection(JudgeEngine.load(tinyGguf(name), ON_ONE_THREAD), code);
    expect(error.message).toContain(tinyGguf(name));
    expect(error.message).toMatch(message);
  });

  it.each([
    ["a file that is not there", "/nowhere/judge.gguf"],
    ["a folder", tmpdir()],
    ["an empty path", ""],
  ])("%s", async (_, path) => {
    await rejection(JudgeEngine.load(path, ON_ONE_THREAD), "INVALID_GGUF");
  });

  it.each([
    ["contextSize", 2 ** 30],
    ["contextSize", -1],
    ["contextSize", Number.NaN],
    ["batchSize", 0],
    ["batchSize", 1.5],
    ["batchSize", Number.POSITIVE_INFINITY],
    ["threads", -3],
    ["threads", 1e9],
    ["memoryLimit", 0],
    ["memoryLimit", 1.5],
    ["hangLimit", 0],
    ["hangLimit", Number.POSITIVE_INFINITY],
  ])("%s of %d", async (option, value) => {
    const options = { ...ON_ONE_THREAD, [option]: value };
    const load = JudgeEngine.load(tinyGguf("llama-spm-tied"), options);
    const error = await rejection(load, "INVALID_ARGUMENT");
    expect(error.message).toContain(option);
  });

  it("more threads than processors are more than it takes", async () => {
    const threads = Math.max(2, availableParallelism()) + 1;
    const load = JudgeEngine.load(tinyGguf("llama-spm-tied"), { gpu: "off", threads });
    expect((await rejection(load, "INVALID_ARGUMENT")).message).toContain(
      "the number of processors",
    );
  });

  it("more memory than it may take", async () => {
    const options = { ...ON_ONE_THREAD, memoryLimit: 20e6, contextSize: 100_000 };
    const load = JudgeEngine.load(tinyGguf("llama-spm-tied"), options);
    expect((await rejection(load, "OUT_OF_MEMORY")).message).toMatch(
      /the memory limit is 20 MB: a context of \d+ tokens would fit/,
    );
  });

  it("a backend that this machine lacks", async () => {
    const absent = process.platform === "darwin" ? "cuda" : "metal";
    const load = JudgeEngine.load(tinyGguf("llama-spm-tied"), { gpu: absent });
    await rejection(load, "BACKEND_UNAVAILABLE");
  });
});

describe("loading that is aborted", () => {
  needsDefaultJudge();

  it("before it begins", async () => {
    const reason = new Error("changed my mind");
    const signal = AbortSignal.abort(reason);
    const load = JudgeEngine.load(tinyGguf("llama-spm-tied"), { ...ON_ONE_THREAD, signal });
    expect((await rejection(load, "ABORTED")).cause).toBe(reason);
  });

  it("in its course", async () => {
    // The generated models load too quickly to come between.
    const abort = new AbortController();
    const reason = new Error("changed my mind");
    const load = JudgeEngine.load(cachedJudgePath("smollm2-135m"), {
      ...ON_ONE_THREAD,
      signal: abort.signal,
      onLoadProgress: () => abort.abort(reason),
    });
    expect((await rejection(load, "ABORTED")).cause).toBe(reason);
  });

  it("by its progress function, whose error it ends with", async () => {
    const error = new Error("from the progress function");
    const load = JudgeEngine.load(tinyGguf("qwen2-bpe"), {
      ...ON_ONE_THREAD,
      onLoadProgress: () => {
        throw error;
      },
    });
    await expect(load).rejects.toBe(error);
  });

  it("by its progress function, which ends nothing else with the same signal", async () => {
    const { signal } = new AbortController();
    const engine = await loadTiny("llama-spm-tied", { signal });
    const load = loadTiny("llama-spm-tied", {
      signal,
      onLoadProgress: () => {
        throw new Error("from the progress function");
      },
    });
    await expect(load).rejects.toThrow("from the progress function");
    const { promptTokens } = await engine.capture(tokenPrompt(20, 30_000), LABELS, { signal });
    expect(promptTokens).toBe(20);
  });

  it("too late: the judge is there, and an abort afterwards does not touch it", async () => {
    const abort = new AbortController();
    const engine = await loadTiny("llama-spm-tied", { signal: abort.signal });
    abort.abort();
    const { promptTokens } = await engine.capture(tokenPrompt(20, 30_000), LABELS);
    expect(promptTokens).toBe(20);
  });
});
