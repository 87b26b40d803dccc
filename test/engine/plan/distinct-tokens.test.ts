import { describe, expect, it } from "vitest";
import { distinctTokens } from "../../../src/engine/plan/distinct-tokens.ts";

const prompts = (...lists: number[][]) => lists.map((list) => Int32Array.from(list));

describe("distinctTokens", () => {
  it("counts what prompts share once, in any order", () => {
    const some = prompts([1, 2, 3, 4], [9], [1, 2, 5], [1, 2, 3], [9, 9], [1, 2, 5]);
    // 1 2 3 4, then 5 behind 1 2, then 9 9.
    expect(distinctTokens(some)).toBe(7);
    expect(distinctTokens(some.toReversed())).toBe(7);
  });

  it("is the number of distinct prefixes", () => {
    let state = 5;
    const draw = (below: number) => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    const drawn = prompts(
      ...Array.from({ length: 200 }, () => Array.from({ length: draw(8) }, () => draw(3))),
    );
    const prefixes = new Set(
      drawn.flatMap((prompt) => Array.from(prompt, (_, i) => prompt.subarray(0, i + 1).join())),
    );
    expect(distinctTokens(drawn)).toBe(prefixes.size);
  });

  it("of nothing is nothing", () => {
    expect(distinctTokens([])).toBe(0);
    expect(distinctTokens(prompts([], []))).toBe(0);
  });
});
