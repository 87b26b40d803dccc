import { describe, expect, it } from "vitest";
import { keepBest } from "../../../src/workflows/select/keep-best.ts";
import { rejection } from "../../support/errors.ts";

describe("a selection", () => {
  const scores = new Map([
    ["a", 3],
    ["b", 5],
    ["c", 5],
    ["d", 4],
    ["e", 1],
  ]);
  const texts: Record<string, string> = {
    a: "one two three",
    b: "four five six",
    c: "four five six",
    d: "seven eight nine",
    e: "ten",
  };
  const textOf = (id: string) => texts[id] ?? "";

  it("keeps the best, passes over near-duplicates, and goes on to the next", async () => {
    const options = { keep: { count: 3 }, similarity: 0.7 };
    expect(await keepBest(scores, { ...options, textOf })).toEqual({
      kept: [
        { id: "b", rank: 1, score: 5 },
        { id: "d", rank: 2, score: 4 },
        { id: "a", rank: 3, score: 3 },
      ],
      nearDuplicates: ["c"],
    });
    const all = await keepBest(scores, { ...options, textOf: null });
    expect(all.kept.map(({ id }) => id)).toEqual(["b", "c", "d"]);
  });

  it("keeps a share, at least one, and no more than there is", async () => {
    const kept = async (keep: { share: number } | { count: number }) =>
      (await keepBest(scores, { keep, similarity: 0.7, textOf: null })).kept.length;
    expect(await kept({ share: 0.4 })).toBe(2);
    expect(await kept({ share: 0.01 })).toBe(1);
    expect(await kept({ count: 100 })).toBe(5);
    await rejection(kept({ share: 0 }), "INVALID_ARGUMENT");
    await rejection(kept({ count: 0 }), "INVALID_ARGUMENT");
    const similar = keepBest(scores, { keep: { count: 1 }, similarity: 0, textOf });
    await rejection(similar, "INVALID_ARGUMENT");
  });

  it("can be aborted", async () => {
    const signal = AbortSignal.abort();
    const options = { keep: { count: 1 }, similarity: 0.7, textOf: null, signal };
    await rejection(keepBest(scores, options), "ABORTED");
  });
});
