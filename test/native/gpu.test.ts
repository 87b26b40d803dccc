import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { NativeCapture } from "../../src/engine/addon/boundary.ts";
import { nativeAddon } from "../../src/engine/addon/load-addon.ts";
import { resolveJudge } from "../../src/engine/models/resolve.ts";
import { selectBackend } from "../../src/engine/native/backend.ts";
import type { EngineOptions } from "../../src/engine/native/engine-options.ts";
import { JudgeEngine } from "../../src/engine/native/judge-engine.ts";
import { Judge } from "../../src/judge/judge.ts";
import { chatTemplateOf } from "../../src/judge/judge-task.ts";
import { bitsOf } from "../support/bits.ts";
import { needsDefaultJudge } from "../support/default-judge.ts";
import { LABELS, tokenPrompt } from "../support/prompts.ts";
import { startNode } from "../support/run-process.ts";
import { ONE_CRITERION_TASK } from "../support/tiny-cli.ts";
import { tinyGguf } from "../support/tiny-judges.ts";
import { VULKAN_ENV, vulkanProblem } from "../support/vulkan.ts";

/**
 * How far a normed logit of any layer may be from the CPU's with float weights, as a share of the
 * largest one. In front of quantised ones the CPU rounds activations to 8 bits, and a GPU does not.
 */
const FLOAT_SHARE = 0.01;

/**
 * How far scores of the default judge (Q4_1, a scale of 1 to 5) may be from the CPU's: the mean over the
 * layers dampens its rounding, the last layer alone does not.
 */
const SCORE_TOLERANCE = { lager: 0.05, eScore: 0.2 };
const ITEMS = [
  { id: "right", instruction: "2 + 2?", response: "4" },
  { id: "wrong", instruction: "2 + 2?", response: "a fish" },
];
const SHORT_TASK = {
  ...ONE_CRITERION_TASK,
  prompt: "{{ instruction }} {{ response }}. Is this a good and correct answer?",
};

/**
 * What keeps a device in software quick. It compiles each of ggml's kernels for seconds, and those for
 * 2 to 8 tokens or more than 32 for a minute: so here a call has 1 or 9 to 32 tokens. More threads
 * than one of ggml's would wait for the device at full speed and take its processor away.
 */
const QUICK = { contextSize: 256, batchSize: 32, threads: 1 } as const;

let problem: string | undefined;
beforeAll(async () => {
  problem = await vulkanProblem();
});
needsDefaultJudge();

async function load(file: string, options: EngineOptions): Promise<JudgeEngine> {
  const engine = await JudgeEngine.load(file, { ...QUICK, ...options });
  onTestFinished(() => engine.dispose());
  return engine;
}

/** Two prompts, of which the second shares its beginning with the first. */
async function capture(engine: JudgeEngine): Promise<NativeCapture[]> {
  const first = tokenPrompt(28, engine.info.vocabularySize);
  const second = first.with(10, 7);
  return [await engine.capture(first, LABELS), await engine.capture(second, LABELS)];
}

/** Largest difference of a normed logit, as a share of the largest logit. */
function largestShare(a: readonly NativeCapture[], b: readonly NativeCapture[]): number {
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

describe("on a Vulkan device", () => {
  it("the head and any number of layers give the CPU's logits", async ({ skip }) => {
    skip(problem !== undefined, problem);
    const file = tinyGguf("llama-f16");
    const cpu = await capture(await load(file, { gpu: "off" }));
    // The head alone, two of three layers and the head.
    for (const gpuLayers of [1, 3]) {
      const engine = await load(file, { gpu: "vulkan", gpuLayers });
      expect(engine.backend.backend).toBe("Vulkan");
      expect(engine.info).toMatchObject({ exact: false, embeddingRow: true });
      const gpu = await capture(engine);
      expect(gpu[1]?.reusedTokens).toBe(8);
      const share = largestShare(cpu, gpu);
      expect(share).toBeLessThan(FLOAT_SHARE);
      // The CPU's bits would mean that nothing was on the device.
      expect(share).toBeGreaterThan(0);
    }
  });

  it("hidden states that come to the host leave the logits as they are", async ({ skip }) => {
    skip(problem !== undefined, problem);
    const engine = await load(tinyGguf("llama-f16"), { gpu: "vulkan" });
    const tokens = tokenPrompt(20, engine.info.vocabularySize);
    const onDevice = await engine.capture(tokens, LABELS, { fresh: true });
    const onHost = await engine.capture(tokens, LABELS, { fresh: true, hidden: true });
    expect(onHost.hidden?.length).toBe((engine.info.layers + 1) * engine.info.embeddingLength);
    expect(bitsOf(onHost)).toEqual(bitsOf(onDevice));
  });

  it("exact gives a prompt the bits that it has alone, whatever came before it", async ({
    skip,
  }) => {
    skip(problem !== undefined, problem);
    const engine = await load(tinyGguf("llama-q4_0"), {
      ...{ gpu: "vulkan", exact: true, parallel: "auto" },
    });
    expect(engine.info).toMatchObject({ exact: true, parallel: 1 });
    const prompt = tokenPrompt(60, engine.info.vocabularySize);
    const alone = await engine.capture(prompt, LABELS, { fresh: true });
    // Behind one that shares two calls but for a token, behind itself, and behind one that shares a call.
    for (const [before, reused] of [
      [prompt.with(58, 7), 32],
      [prompt, 32],
      [prompt.slice(0, 32), 0],
    ] as const) {
      await engine.capture(before, LABELS);
      const behind = await engine.capture(prompt, LABELS);
      expect(behind.reusedTokens).toBe(reused);
      expect(bitsOf(behind)).toEqual(bitsOf(alone));
    }
  });

  it("the CPU's bits stay the same beside a loaded plugin", async ({ skip }) => {
    skip(problem !== undefined, problem);
    const file = tinyGguf("llama-q4_0");
    const off = await load(file, { gpu: "off" });
    const noLayers = await load(file, { gpu: "vulkan", gpuLayers: 0 });
    expect(noLayers.info.exact).toBe(true);
    expect(noLayers.backend).toMatchObject({
      backend: "CPU",
      reason: "no layers on a GPU were asked for",
    });
    expect((await capture(noLayers)).map(bitsOf)).toEqual((await capture(off)).map(bitsOf));
  });

  it("auto leaves a software device alone and says so", async ({ skip }) => {
    skip(problem !== undefined, problem);
    const named = await selectBackend(nativeAddon(), "vulkan");
    const software = named.devices.every(({ description }) => /llvmpipe/.test(description));
    skip(!software, "this Vulkan device is a real one");
    const auto = await selectBackend(nativeAddon(), "auto");
    expect(auto.backend).toBe("CPU");
    expect(auto.reason).toContain("software device (llvmpipe");
  });

  it("a device that cannot hold the judge gives way to the CPU, loudly", async ({ skip }) => {
    skip(problem !== undefined, problem);
    const file = tinyGguf("llama-f16");
    const script = fileURLToPath(new URL("children/fall-back.mjs", import.meta.url));
    const env = { ...VULKAN_ENV, GGML_VK_FORCE_MAX_BUFFER_SIZE: "1024" };
    const { exitCode, stdout, stderr } = await startNode([script, file], { env }).end;
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(stdout)).toEqual({
      backend: "CPU",
      exact: true,
      notices: [
        expect.stringMatching(/^the judge runs on CPU: vulkan works on .* but not for this/),
      ],
      logits: 4 * LABELS.length,
    });
  });

  it("prompts in parallel score as they do alone", async ({ skip }) => {
    skip(problem !== undefined, problem);
    const engine = await load(tinyGguf("llama-f16"), { gpu: "vulkan", parallel: 10 });
    const vocabulary = engine.info.vocabularySize;
    expect(engine.info.parallel).toBe(10);
    const rubric = tokenPrompt(16, vocabulary);
    const prompts = Array.from({ length: 10 }, (_, seed) =>
      Int32Array.of(...rubric, ...tokenPrompt(3, vocabulary, seed + 2)),
    );
    const together = await engine.captureBatch(prompts, LABELS);
    expect(together.map(({ reusedTokens }) => reusedTokens)).toEqual([0, ...Array(9).fill(16)]);
    const alone: NativeCapture[] = [];
    for (const prompt of prompts.slice(0, 3)) {
      alone.push(await engine.capture(prompt, LABELS, { fresh: true }));
    }
    expect(largestShare(alone, together.slice(0, 3))).toBeLessThan(FLOAT_SHARE);
  });

  it("items of the default judge, three layers and the head on the device, score as on the CPU", async ({
    skip,
  }) => {
    skip(problem !== undefined, problem);
    const { name, path, sha256: fileSha256 } = await resolveJudge("smollm2-135m");
    const file = { name, path, fileSha256, adapters: [] };
    const scores = async (options: EngineOptions) => {
      const engine = await load(path, options);
      const judge = new Judge(engine, file, await chatTemplateOf(engine));
      const found: { lager: number; eScore: number }[] = [];
      for await (const outcome of judge.scoreAll(ITEMS, { task: SHORT_TASK })) {
        if (outcome.kind !== "score") throw new Error(outcome.message);
        found.push({ lager: outcome.lager, eScore: outcome.eScore });
      }
      return found;
    };
    const cpu = await scores({ gpu: "off" });
    const gpu = await scores({ gpu: "vulkan", gpuLayers: 4 });
    expect(cpu).toHaveLength(ITEMS.length);
    for (const [i, { lager, eScore }] of gpu.entries()) {
      const other = cpu[i] ?? { lager: Number.NaN, eScore: Number.NaN };
      expect(Math.abs(lager - other.lager)).toBeLessThan(SCORE_TOLERANCE.lager);
      expect(Math.abs(eScore - other.eScore)).toBeLessThan(SCORE_TOLERANCE.eScore);
    }
    expect(gpu).not.toEqual(cpu);
  });
});
