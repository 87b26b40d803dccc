import { describe, expect, it } from "vitest";
import type { NativeCapture } from "../../src/engine/addon/boundary.ts";
import type { JudgeEngine } from "../../src/engine/native/judge-engine.ts";
import { bitsOf } from "../support/bits.ts";
import { rejection } from "../support/errors.ts";
import { loadTiny } from "../support/load-tiny.ts";
import { LABELS, tokenPrompt } from "../support/prompts.ts";
import { TINY_JUDGES } from "../support/tiny-judges.ts";

const VOCABULARY = 30_000;

/** Long enough that a call can be met while it runs. */
const LONG_PROMPT = tokenPrompt(4000, VOCABULARY);

function fresh(engine: JudgeEngine, tokens: Int32Array): Promise<NativeCapture> {
  return engine.capture(tokens, LABELS, { fresh: true });
}

describe("a capture", () => {
  it.each(TINY_JUDGES)("of $name has a row for each layer", async ({ name, layers }) => {
    const engine = await loadTiny(name);
    const score = await engine.capture(tokenPrompt(50, VOCABULARY), LABELS);
    for (const logits of [score.normed, score.raw]) {
      expect(logits).toBeInstanceOf(Float32Array);
      expect(logits).toHaveLength((layers + 1) * LABELS.length);
      expect(logits.every(Number.isFinite)).toBe(true);
    }
    expect(bitsOf(score)[0]).not.toEqual(bitsOf(score)[1]);
    expect(score).toMatchObject({ promptTokens: 50, reusedTokens: 0, headDifference: 0 });
    expect(score.scoreMass).toBeGreaterThan(0);
    expect(score.scoreMass).toBeLessThan(1);
  });

  it.each(TINY_JUDGES)("of $name gives its hidden states when asked", async ({ name, layers }) => {
    const engine = await loadTiny(name);
    const prompt = tokenPrompt(50, VOCABULARY);
    const plain = await fresh(engine, prompt);
    const score = await engine.capture(prompt, LABELS, { fresh: true, hidden: true });
    expect(plain.hidden).toBeUndefined();
    expect(bitsOf(score)).toEqual(bitsOf(plain));
    const { hidden = new Float32Array() } = score;
    expect(hidden).toHaveLength((layers + 1) * engine.info.embeddingLength);
    expect(hidden.every(Number.isFinite)).toBe(true);
    // Layers add to the residual stream: no row repeats another.
    const rows = Array.from({ length: layers + 1 }, (_, row) =>
      hidden.subarray(row * engine.info.embeddingLength, (row + 1) * engine.info.embeddingLength),
    );
    expect(new Set(rows.map((row) => row.join())).size).toBe(layers + 1);
  });

  it("has its columns in the order of the labels", async () => {
    const engine = await loadTiny("llama-spm-untied");
    const tokens = tokenPrompt(50, VOCABULARY);
    const forwards = await engine.capture(tokens, LABELS);
    const backwards = await engine.capture(tokens, LABELS.toReversed());
    const rows = (logits: Float32Array) =>
      Array.from({ length: 5 }, (_, row) => Array.from(logits.subarray(row * 5, row * 5 + 5)));
    expect(rows(backwards.normed)).toEqual(rows(forwards.normed).map((row) => row.toReversed()));
    expect(rows(backwards.raw)).toEqual(rows(forwards.raw).map((row) => row.toReversed()));
  });

  it.each(TINY_JUDGES)("of $name has the same bits behind a reused prefix", async ({ name }) => {
    const engine = await loadTiny(name);
    const prompt = tokenPrompt(150, VOCABULARY);
    const bits: number[][][] = [];
    for (const plainAttention of [false, true]) {
      const least = engine.info.tiledAttention && !plainAttention ? 64 : 4;
      const alone = await engine.capture(prompt, LABELS, { fresh: true, plainAttention });
      for (const shared of [3, 16, 50, 87, 147, 149]) {
        const tail = tokenPrompt(64, VOCABULARY, 2);
        const other = Int32Array.of(...prompt.subarray(0, shared), ...tail);
        await engine.capture(other, LABELS, { plainAttention });
        const again = await engine.capture(prompt, LABELS, { plainAttention });
        // What is decoded begins at a multiple of 4, and is as much as a call holds at least.
        expect(again.reusedTokens).toBe(Math.floor(Math.min(shared, 150 - least) / 4) * 4);
        expect(bitsOf(again)).toEqual(bitsOf(alone));
      }
      bits.push(bitsOf(alone));
    }
    if (engine.info.tiledAttention) expect(bits[0]).not.toEqual(bits[1]);
    // All of it is there to be reused, and none of it is.
    expect((await fresh(engine, prompt)).reusedTokens).toBe(0);
  });

  it("fills the context, and one token more is too long", async () => {
    const engine = await loadTiny("llama-spm-tied", { contextSize: 512 });
    const full = await engine.capture(tokenPrompt(512, VOCABULARY), LABELS);
    expect(full.promptTokens).toBe(512);
    const error = await rejection(
      engine.capture(tokenPrompt(513, VOCABULARY), LABELS),
      "PROMPT_TOO_LONG",
    );
    expect(error.message).toMatch(/513 tokens.* 512/);
    expect(bitsOf(await engine.capture(tokenPrompt(512, VOCABULARY), LABELS))).toEqual(
      bitsOf(full),
    );
  });

  it("of a single token", async () => {
    const engine = await loadTiny("llama-spm-tied");
    expect(await engine.capture(Int32Array.of(7), LABELS)).toMatchObject({
      promptTokens: 1,
      headDifference: 0,
    });
  });

  it("has the same bits on several threads and in small batches", async () => {
    const prompt = tokenPrompt(150, VOCABULARY);
    const [one, two, small] = await Promise.all([
      loadTiny("llama-q4_k"),
      loadTiny("llama-q4_k", { threads: 2 }),
      loadTiny("llama-q4_k", { batchSize: 32 }),
    ]);
    const bits = bitsOf(await one.capture(prompt, LABELS));
    expect(bitsOf(await two.capture(prompt, LABELS))).toEqual(bits);
    expect(bitsOf(await small.capture(prompt, LABELS))).toEqual(bits);
  });
});

describe("several captures", () => {
  it("queue, end in order, and have the bits that they have alone", async () => {
    const engine = await loadTiny("qwen2-bpe");
    const prompts = [300, 20, 150, 20, 80].map((length, i) => tokenPrompt(length, VOCABULARY, i));
    const alone: number[][][] = [];
    for (const prompt of prompts) alone.push(bitsOf(await fresh(engine, prompt)));
    const ended: number[] = [];
    const together = await Promise.all(
      prompts.map(async (prompt, index) => {
        const score = await engine.capture(prompt, LABELS);
        ended.push(index);
        return bitsOf(score);
      }),
    );
    expect(together).toEqual(alone);
    expect(ended).toEqual([0, 1, 2, 3, 4]);
  });

  it("one that fails does not touch the ones behind it", async () => {
    const engine = await loadTiny("llama-spm-tied", { contextSize: 256 });
    const good = tokenPrompt(60, VOCABULARY);
    const expected = bitsOf(await fresh(engine, good));
    const tooLong = engine.capture(tokenPrompt(300, VOCABULARY), LABELS);
    const outside = engine.capture(Int32Array.of(1, 999_999), LABELS);
    const behind = engine.capture(good, LABELS);
    await rejection(tooLong, "PROMPT_TOO_LONG");
    await rejection(outside, "INVALID_ARGUMENT");
    expect(bitsOf(await behind)).toEqual(expected);
  });

  it("of two judges in one process do not touch each other", async () => {
    const [llama, qwen] = await Promise.all([loadTiny("llama-spm-untied"), loadTiny("qwen2-bpe")]);
    const prompts = [1, 2, 3].map((seed) => tokenPrompt(200, VOCABULARY, seed));
    const alone: number[][][][] = [];
    for (const engine of [llama, qwen]) {
      const bits: number[][][] = [];
      for (const prompt of prompts) bits.push(bitsOf(await fresh(engine, prompt)));
      alone.push(bits);
    }
    const together = await Promise.all(
      [llama, qwen].map((engine) =>
        Promise.all(prompts.map(async (prompt) => bitsOf(await engine.capture(prompt, LABELS)))),
      ),
    );
    expect(together).toEqual(alone);
  });

  it("tokenising goes on beside them", async () => {
    const engine = await loadTiny("qwen2-bpe");
    const order: string[] = [];
    const capture = engine.capture(LONG_PROMPT, LABELS).then(() => order.push("capture"));
    const tokens = await engine.tokenize([{ text: "score: 5", special: true }]);
    order.push("tokenize");
    await capture;
    expect(order).toEqual(["tokenize", "capture"]);
    expect(tokens[0]?.length).toBeGreaterThan(0);
  });

  it("leave the event loop free", async () => {
    const engine = await loadTiny("llama-spm-tied");
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await engine.capture(LONG_PROMPT, LABELS);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(3);
  });
});

describe("an aborted capture", () => {
  it("that runs ends early, and the judge stays good", async () => {
    const engine = await loadTiny("llama-spm-tied");
    const expected = bitsOf(await fresh(engine, LONG_PROMPT));
    await engine.capture(tokenPrompt(20, VOCABULARY), LABELS);
    const abort = new AbortController();
    const reason = new Error("enough");
    const running = engine.capture(LONG_PROMPT, LABELS, { signal: abort.signal, fresh: true });
    setTimeout(() => abort.abort(reason), 5);
    expect((await rejection(running, "ABORTED")).cause).toBe(reason);
    expect(bitsOf(await engine.capture(LONG_PROMPT, LABELS))).toEqual(expected);
  });

  it("that waits in the queue never runs", async () => {
    const engine = await loadTiny("llama-spm-tied");
    const prompt = tokenPrompt(100, VOCABULARY);
    const expected = bitsOf(await fresh(engine, prompt));
    const abort = new AbortController();
    const running = fresh(engine, LONG_PROMPT);
    const waiting = engine.capture(tokenPrompt(99, VOCABULARY, 5), LABELS, {
      signal: abort.signal,
    });
    const behind = engine.capture(prompt, LABELS);
    abort.abort();
    await rejection(waiting, "ABORTED");
    expect((await running).promptTokens).toBe(4000);
    expect(bitsOf(await behind)).toEqual(expected);
  });

  it("whose signal was aborted before", async () => {
    const engine = await loadTiny("llama-spm-tied");
    const capture = engine.capture(LONG_PROMPT, LABELS, { signal: AbortSignal.abort("no") });
    expect((await rejection(capture, "ABORTED")).cause).toBe("no");
  });

  it("leaves no listener behind, whether it is aborted or not", async () => {
    const engine = await loadTiny("llama-spm-tied");
    const { signal } = new AbortController();
    const listeners = { added: 0, removed: 0 };
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners.added++;
      addEventListener.apply(signal, args);
    };
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners.removed++;
      removeEventListener.apply(signal, args);
    };
    await engine.capture(tokenPrompt(20, VOCABULARY), LABELS, { signal });
    await rejection(engine.capture(new Int32Array(), LABELS, { signal }), "INVALID_ARGUMENT");
    expect(listeners).toEqual({ added: 2, removed: 2 });
  });
});
