import { describe, expect, it } from "vitest";
import { bitsOf } from "../support/bits.ts";
import { rejection } from "../support/errors.ts";
import { loadTiny } from "../support/load-tiny.ts";
import { LABELS, tokenPrompt } from "../support/prompts.ts";

const PROMPTS = [30, 45, 12].map((length, seed) => tokenPrompt(length, 30_000, seed + 1));

describe("a batch of prompts", () => {
  it("gives every prompt its own logits, in their order", async () => {
    const engine = await loadTiny("llama-f16", { parallel: 3 });
    expect(engine.info).toMatchObject({ parallel: 3, exact: false, contextSize: 4096 });
    const together = await engine.captureBatch(PROMPTS, LABELS);
    expect(together.map(({ promptTokens }) => promptTokens)).toEqual([30, 45, 12]);
    for (const [i, prompt] of PROMPTS.entries()) {
      const alone = await engine.capture(prompt, LABELS);
      for (const [j, logit] of alone.normed.entries()) {
        expect(together[i]?.normed[j]).toBeCloseTo(logit, 3);
      }
    }
  });

  it("may be one prompt, with the bits that it has alone", async () => {
    const engine = await loadTiny("llama-q4_k");
    expect(engine.info).toMatchObject({ parallel: 1, exact: true });
    const [first] = PROMPTS.slice(0, 1);
    const [batched] = await engine.captureBatch(PROMPTS.slice(0, 1), LABELS);
    const alone = await engine.capture(first ?? new Int32Array(), LABELS, { fresh: true });
    expect(batched && bitsOf(batched)).toEqual(bitsOf(alone));
  });

  it("is refused when it is empty or too large, and the engine stays good", async () => {
    const engine = await loadTiny("llama-spm-tied", { parallel: 2 });
    for (const prompts of [[], PROMPTS]) {
      await rejection(engine.captureBatch(prompts, LABELS), "INVALID_ARGUMENT");
    }
    await rejection(
      engine.captureBatch([new Int32Array(5000), new Int32Array(1)], LABELS),
      "PROMPT_TOO_LONG",
    );
    expect(await engine.captureBatch(PROMPTS.slice(1), LABELS)).toHaveLength(2);
  });

  it("ends with its signal", async () => {
    const engine = await loadTiny("llama-spm-tied", { parallel: 2 });
    const stop = new AbortController();
    stop.abort();
    const options = { signal: stop.signal };
    await rejection(engine.captureBatch(PROMPTS.slice(1), LABELS, options), "ABORTED");
  });

  it.each([0, -1, 1.5, Number.NaN, 65, "many" as never])(
    "of %s in parallel is refused",
    async (parallel) => {
      await rejection(loadTiny("llama-spm-tied", { parallel }), "INVALID_ARGUMENT");
    },
  );
});
