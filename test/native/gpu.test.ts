import { beforeAll, describe, expect, test } from "vitest";
import { selectBackend } from "../../src/capture/backend.ts";
import { type EngineOptions, JudgeEngine } from "../../src/capture/judge-engine.ts";
import type { NativeScore } from "../../src/capture/native-addon.ts";
import { isErrorCode } from "../../src/errors.ts";
import { resolveJudge } from "../../src/models/resolve.ts";
import { bitsOf } from "../support/bits.ts";
import { LABELS, tokenPrompt } from "../support/prompts.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

/**
 * How far a normed logit of any layer may be from the CPU's, as a share of the largest one. What
 * differs is the CPU: it rounds activations to 8 bits in front of quantised weights, a GPU does not
 * (see `npm run bits:devices`). Float weights differ by a GPU's rounding alone.
 */
const TOLERANCES = [
  { name: "llama-f16", share: 0.02 },
  { name: "gemma2-softcap", share: 0.02 },
  { name: "llama-spm-tied", share: 0.02 },
  { name: "llama-q4_k", share: 0.06 },
] as const;

/** The default judge (Q4_1) is deeper, so the CPU's rounding adds up over more layers. */
const DEFAULT_JUDGE_SHARE = 0.06;

/** The first Vulkan device, in software where there is no other. Read when the plugin is loaded. */
process.env.GGML_VK_VISIBLE_DEVICES ??= "0";

let unavailable: string | undefined;

beforeAll(async () => {
  try {
    await selectBackend("vulkan", false);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (!isErrorCode(code) || code !== "BACKEND_UNAVAILABLE") throw error;
    unavailable = `no Vulkan device to test with: ${(error as Error).message}`;
  }
});

async function scoresOf(
  file: string,
  prompts: (vocabulary: number) => readonly Int32Array[],
  options: EngineOptions,
): Promise<{ engine: JudgeEngine; scores: NativeScore[] }> {
  const engine = await JudgeEngine.load(file, { contextSize: 512, ...options });
  try {
    const scores: NativeScore[] = [];
    for (const tokens of prompts(engine.info.vocabularySize)) {
      scores.push(await engine.capture(tokens, LABELS));
    }
    return { engine, scores };
  } finally {
    await engine.dispose();
  }
}

/** Largest difference of a normed logit, as a share of the largest logit. */
function largestShare(a: readonly NativeScore[], b: readonly NativeScore[]): number {
  let difference = 0;
  let largest = 0;
  for (const [i, { normed }] of a.entries()) {
    const other = b[i]?.normed ?? new Float32Array();
    expect(other.length).toBe(normed.length);
    for (const [j, logit] of normed.entries()) {
      largest = Math.max(largest, Math.abs(logit));
      difference = Math.max(difference, Math.abs(logit - (other[j] ?? Number.NaN)));
    }
  }
  return difference / largest;
}

/** The second prompt shares a beginning with the first. */
const twoPrompts = (vocabulary: number) => {
  const first = tokenPrompt(70, vocabulary);
  return [first, Int32Array.of(...first.subarray(0, 50), ...tokenPrompt(9, vocabulary, 2))];
};

describe("on a Vulkan device", () => {
  test.for(TOLERANCES)("$name gives the CPU's logits on every layer", async (tiny, { skip }) => {
    skip(unavailable !== undefined, unavailable);
    const file = tinyGguf(tiny.name);
    const cpu = await scoresOf(file, twoPrompts, { gpu: "off" });
    const gpu = await scoresOf(file, twoPrompts, { gpu: "vulkan" });
    expect(gpu.engine.backend.backend).toBe("Vulkan");
    expect(gpu.engine.info.exact).toBe(false);
    expect(gpu.engine.info.embeddingRow).toBe(true);
    const share = largestShare(cpu.scores, gpu.scores);
    expect(share).toBeLessThan(tiny.share);
    // The CPU's bits would mean that no layer was on the device.
    expect(share).toBeGreaterThan(0);
  });

  test("the head follows the LM head, with one layer, some and all on the device", async ({
    skip,
  }) => {
    skip(unavailable !== undefined, unavailable);
    const file = tinyGguf("llama-f16");
    const whole = await scoresOf(file, twoPrompts, { gpu: "vulkan" });
    for (const gpuLayers of [0, 1, 2]) {
      const part = await scoresOf(file, twoPrompts, { gpu: "vulkan", gpuLayers });
      expect(part.engine.info.embeddingRow).toBe(true);
      expect(part.engine.info.exact).toBe(gpuLayers === 0);
      expect(largestShare(whole.scores, part.scores)).toBeLessThan(0.02);
    }
  });

  test("the CPU's bits stay the same beside a loaded plugin", async ({ skip }) => {
    skip(unavailable !== undefined, unavailable);
    const file = tinyGguf("llama-q4_0");
    const off = await scoresOf(file, twoPrompts, { gpu: "off" });
    const noLayers = await scoresOf(file, twoPrompts, { gpu: "vulkan", gpuLayers: 0 });
    expect(noLayers.scores.map(bitsOf)).toEqual(off.scores.map(bitsOf));
  });

  test("auto leaves a software device alone and says so", async ({ skip }) => {
    skip(unavailable !== undefined, unavailable);
    const named = await selectBackend("vulkan", false);
    const software = named.devices.every(({ description }) => /llvmpipe/.test(description));
    skip(!software, "this Vulkan device is a real one");
    const auto = await selectBackend("auto", false);
    expect(auto.backend).toBe("CPU");
    expect(auto.reason).toContain("software device (llvmpipe");
  });

  test("the default judge scores as on the CPU", { timeout: 300_000 }, async ({ skip }) => {
    skip(unavailable !== undefined, unavailable);
    const { path } = await resolveJudge("smollm2-135m");
    const short = (vocabulary: number) =>
      [1, 2, 3].map((seed) => tokenPrompt(18, vocabulary, seed));
    const cpu = await scoresOf(path, short, { gpu: "off" });
    const gpu = await scoresOf(path, short, { gpu: "vulkan" });
    expect(largestShare(cpu.scores, gpu.scores)).toBeLessThan(DEFAULT_JUDGE_SHARE);
  });
});
