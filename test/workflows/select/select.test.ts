import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { figureReader } from "../../../src/run/figure-reader.ts";
import { readAspectScores } from "../../../src/workflows/select/aspect-scores.ts";
import { combineAspects } from "../../../src/workflows/select/combine-aspects.ts";
import { keepBest } from "../../../src/workflows/select/keep-best.ts";
import { formatKept } from "../../../src/workflows/select/kept-file.ts";
import { NearDuplicates } from "../../../src/workflows/select/near-duplicates.ts";
import { exampleScore, FAILURE, HEADER } from "../../run/example-run.ts";
import { rejection } from "../../support/errors.ts";

async function* lines() {
  for (const [id, criterion, score, eScore] of [
    ["1", "a", 2, 5],
    ["1", "b", 4, 1],
    ["2", "a", 3, 3],
    ["3", "b", 1, 1],
    ["3", "a", 1, 2],
  ] as const) {
    yield exampleScore({ id, criterion, score, eScore });
  }
  yield { ...FAILURE, id: "2", criterion: "b" };
  yield { ...FAILURE, id: "4" };
}

describe("aspect scores", () => {
  it("are those of records that have them all", async () => {
    const found = await readAspectScores(lines(), ["a", "b"], ({ score }) => score);
    expect(found.scores).toEqual(
      new Map([
        ["1", [2, 4]],
        ["3", [1, 1]],
      ]),
    );
    expect(found.incomplete).toEqual(["2", "4"]);
    const one = await readAspectScores(lines(), ["a"], figureReader("e-score", HEADER, undefined));
    expect([...one.scores.values()]).toEqual([[5], [3], [2]]);
  });
});

describe("combined scores", () => {
  const table = {
    aspects: ["a", "b"],
    scores: new Map([
      ["x", [9, 1]],
      ["y", [5, 2]],
      ["z", [5, 3]],
    ]),
    incomplete: [],
  };

  it("are means, weighted where weights are given", () => {
    expect([...combineAspects(table, "mean").values()]).toEqual([5, 3.5, 4]);
    expect([...combineAspects(table, "mean", { a: 0 }).values()]).toEqual([1, 2, 3]);
    expect([...combineAspects(table, "mean", { b: 3 }).values()]).toEqual([3, 2.75, 3.5]);
  });

  it("are mean ranks as shares, ties in the middle", () => {
    const [x, y, z] = [...combineAspects(table, "ranks").values()];
    expect(x).toBeCloseTo((3 / 3 + 1 / 3) / 2);
    expect(y).toBeCloseTo((1.5 / 3 + 2 / 3) / 2);
    expect(z).toBeCloseTo((1.5 / 3 + 3 / 3) / 2);
  });
});

describe("near-duplicates", () => {
  it("share enough of their runs of three words", () => {
    const seen = new NearDuplicates(0.5);
    expect(seen.keep("Write a poem about the sea at night")).toBe(true);
    // 6 shingles each, 4 of them common: 4 of 8.
    expect(seen.keep("write a poem, about the sea in summer!")).toBe(false);
    expect(seen.keep("Write a poem about a mountain in summer")).toBe(true);
    expect(seen.keep("Hi")).toBe(true);
    expect(seen.keep("hi!")).toBe(false);
    expect(seen.keep("")).toBe(true);
  });

  it("at a threshold of one have the very same ones", () => {
    const seen = new NearDuplicates(1);
    expect(seen.keep("one two three four")).toBe(true);
    expect(seen.keep("one two three four five")).toBe(true);
    expect(seen.keep("One, two: three FOUR")).toBe(false);
  });
});

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

describe("the file of kept records", () => {
  const records = [
    { value: { id: "x", output: 'a, "b"\n' }, rank: 1, score: 7.5, aspects: { accuracy: 8 } },
    { value: { id: "y", output: "c" }, rank: 2, score: 7, aspects: { accuracy: 7 } },
  ];
  const lager = { rank: 1, score: 7.5, aspects: { accuracy: 8 } };

  it("has the format of its name, all that was there, and the scores", () => {
    const json = JSON.parse(formatKept("kept.json", records));
    expect(json[0]).toEqual({ id: "x", output: 'a, "b"\n', lager });
    const jsonl = formatKept("kept.jsonl", records).trimEnd().split("\n");
    expect(jsonl.map((line) => JSON.parse(line))).toEqual(json);
    const csv: Record<string, string>[] = parse(formatKept("kept.csv", records), { columns: true });
    expect(csv).toEqual([
      { id: "x", output: 'a, "b"\n', lager_rank: "1", lager_score: "7.5", lager_accuracy: "8" },
      { id: "y", output: "c", lager_rank: "2", lager_score: "7", lager_accuracy: "7" },
    ]);
  });
});
