import { describe, expect, it } from "vitest";
import type { LoraAdapter } from "../../src/engine/models/adapters.ts";
import { JudgeEngine } from "../../src/engine/native/judge-engine.ts";
import { parseTask } from "../../src/input/task/parse-task.ts";
import { loadJudge } from "../../src/judge/judge.ts";
import { bitsOf } from "../support/bits.ts";
import { rejection } from "../support/errors.ts";
import { loadTiny, ON_ONE_THREAD } from "../support/load-tiny.ts";
import { LABELS, tokenPrompt } from "../support/prompts.ts";
import { ONE_CRITERION_TASK } from "../support/tiny-cli.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

const VOCABULARY = 30_000;

function adapter(name: string, scale?: number): LoraAdapter {
  return { path: tinyGguf(name), ...(scale !== undefined && { scale }) };
}

describe("a judge with a LoRA adapter", () => {
  it.each([
    ["llama-spm-untied", "lora-attention"],
    ["llama-spm-tied", "lora-attention"],
    ["llama-spm-untied", "lora-head"],
    ["llama-q4_0", "lora-repacked"],
    ["llama-moe", "lora-experts"],
  ])("%s with %s has other logits, and an exact head", async (judge, lora) => {
    const prompt = tokenPrompt(150, VOCABULARY);
    const plain = await loadTiny(judge);
    const adapted = await loadTiny(judge, { lora: [adapter(lora)] });
    const halved = await loadTiny(judge, { lora: [adapter(lora, 0.5)] });
    expect(adapted.info.selfCheckDifference).toBe(0);
    const captured = await adapted.capture(prompt, LABELS);
    expect(captured.headDifference).toBe(0);
    expect(captured.normed.every(Number.isFinite)).toBe(true);
    expect(bitsOf(captured)).not.toEqual(bitsOf(await plain.capture(prompt, LABELS)));
    expect(bitsOf(captured)).not.toEqual(bitsOf(await halved.capture(prompt, LABELS)));

    const other = Int32Array.of(...prompt.subarray(0, 77), 1, 2, 3);
    await adapted.capture(other, LABELS);
    const again = await adapted.capture(prompt, LABELS);
    expect(again.reusedTokens).toBeGreaterThan(0);
    expect(bitsOf(again)).toEqual(bitsOf(captured));
  });

  it("scores, and is known by its file and its adapters", async () => {
    const task = parseTask(ONE_CRITERION_TASK);
    const item = { instruction: "Say it.", response: "It." };
    const file = tinyGguf("llama-spm-untied");
    await using plain = await loadJudge(file, ON_ONE_THREAD);
    await using adapted = await loadJudge(file, {
      ...ON_ONE_THREAD,
      lora: [adapter("lora-attention", 0.5), adapter("lora-head")],
    });
    expect(adapted.fileSha256).toBe(plain.sha256);
    expect(adapted.sha256).not.toBe(plain.sha256);
    expect(adapted.adapters).toEqual([
      {
        path: tinyGguf("lora-attention"),
        scale: 0.5,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      { path: tinyGguf("lora-head"), scale: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(plain.adapters).toEqual([]);
    const [without, with_] = [
      await plain.score(item, { task }),
      await adapted.score(item, { task }),
    ];
    expect(with_.score).not.toBe(without.score);
    expect(with_.promptTokens).toBe(without.promptTokens);
  });
});

describe("an adapter that cannot be used", () => {
  const load = (lora: readonly LoraAdapter[], judge = "llama-spm-untied") =>
    JudgeEngine.load(tinyGguf(judge), { ...ON_ONE_THREAD, lora });

  it.each([
    ["of another width", "lora-repacked", "llama-spm-untied", /does not fit the judge's \[64, 64/],
    ["of another architecture", "lora-attention", "qwen2-bpe", /llama, the judge's is qwen2/],
    ["of an embedding that is the head as well", "lora-embedding", "llama-spm-tied", /LM head/],
    ["that is a model", "llama-spm-tied", "llama-spm-untied", /is no LoRA adapter/],
  ])("%s", async (_, lora, judge, message) => {
    const error = await rejection(load([adapter(lora)], judge), "INVALID_ADAPTER");
    expect(error.message).toMatch(message);
    expect(error.message).toContain(tinyGguf(lora));
  });

  it("that is no GGUF file", async () => {
    await rejection(load([adapter("not-a-gguf")]), "INVALID_GGUF");
  });

  it("with a scale of 0, and more than four", async () => {
    await rejection(load([adapter("lora-head", 0)]), "INVALID_ARGUMENT");
    await rejection(load(Array(5).fill(adapter("lora-head"))), "INVALID_ARGUMENT");
  });

  it("that is not there", async () => {
    const options = { ...ON_ONE_THREAD, lora: [{ path: "/nowhere/adapter.gguf" }] };
    const error = await rejection(
      loadJudge(tinyGguf("llama-spm-untied"), options),
      "UNREADABLE_FILE",
    );
    expect(error.place?.file).toBe("/nowhere/adapter.gguf");
  });
});
