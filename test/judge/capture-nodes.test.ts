import { describe, expect, it } from "vitest";
import { LagerError } from "../../src/base/errors.ts";
import type { NativeCapture } from "../../src/engine/addon/boundary.ts";
import type { CaptureOptions } from "../../src/engine/native/engine-turn.ts";
import { labelTree } from "../../src/input/tokens/label-tree.ts";
import { captureNodes } from "../../src/judge/capture-nodes.ts";

const PROMPT = Int32Array.of(50, 51, 52);
const LABELS = labelTree([[1, 9], [2], [1, 0, 3], [1, 0, 4]]);

/** Counts as an engine that reuses two tokens of each prompt. */
function fakeEngine(fail: (tokens: Int32Array) => LagerError | undefined = () => undefined) {
  const asked: { tokens: number[]; outcomes: number[]; plainAttention: boolean | undefined }[] = [];
  let underWay = 0;
  return {
    asked,
    underWay: () => underWay,
    async capture(
      tokens: Int32Array,
      outcomes: Int32Array,
      { plainAttention }: CaptureOptions = {},
    ): Promise<NativeCapture> {
      asked.push({ tokens: [...tokens], outcomes: [...outcomes], plainAttention });
      underWay++;
      await new Promise((resolve) => setTimeout(resolve, 5 - outcomes.length));
      underWay--;
      const error = fail(tokens);
      if (error !== undefined) throw error;
      return {
        normed: Float32Array.from(outcomes),
        raw: Float32Array.from(outcomes),
        promptTokens: tokens.length,
        reusedTokens: 2,
        headDifference: 0,
        scoreMass: 1 / tokens.length,
      };
    },
  };
}

describe("captureNodes", () => {
  it("captures the prompt with each node's tokens behind it, depth-first", async () => {
    const engine = fakeEngine();
    const captured = await captureNodes(engine, PROMPT, LABELS);
    expect(engine.asked).toEqual([
      { tokens: [50, 51, 52], outcomes: [1, 2], plainAttention: true },
      { tokens: [50, 51, 52, 1], outcomes: [9, 0], plainAttention: true },
      { tokens: [50, 51, 52, 1, 0], outcomes: [3, 4], plainAttention: true },
    ]);
    expect(captured.nodes.map(({ normed }) => [...normed])).toEqual([
      [1, 2],
      [9, 0],
      [3, 4],
    ]);
  });

  it("captures once where every label is one token, with the attention of any prompt or turn", async () => {
    const engine = fakeEngine();
    const captured = await captureNodes(engine, PROMPT, labelTree([[7], [8]]));
    expect(engine.asked).toEqual([
      { tokens: [50, 51, 52], outcomes: [7, 8], plainAttention: undefined },
    ]);
    expect(captured.branchTokens).toBe(0);
  });

  it("reports the root's mass and tokens, and what the other nodes took", async () => {
    expect(await captureNodes(fakeEngine(), PROMPT, LABELS)).toMatchObject({
      scoreMass: 1 / 3,
      promptTokens: 3,
      reusedTokens: 2,
      branchTokens: 4 - 2 + 5 - 2,
    });
  });

  it("queues all nodes at once, so that nothing comes between them", () => {
    const engine = fakeEngine();
    void captureNodes(engine, PROMPT, LABELS);
    expect(engine.asked).toHaveLength(3);
  });

  it("fails with the first node's error, when nothing is under way any more", async () => {
    const error = new LagerError("PROMPT_TOO_LONG", "too long");
    const engine = fakeEngine((tokens) => (tokens.length === 4 ? error : undefined));
    await expect(captureNodes(engine, PROMPT, LABELS)).rejects.toBe(error);
    expect(engine.underWay()).toBe(0);
  });
});
