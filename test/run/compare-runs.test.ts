import { describe, expect, it } from "vitest";
import type { Failure } from "../../src/input/dataset/failure.ts";
import { compareRuns } from "../../src/run/compare-runs.ts";
import type { Run } from "../../src/run/read-run.ts";
import type { RunHeader } from "../../src/run/run-format.ts";
import type { Outcome } from "../../src/scoring/score/outcome.ts";
import { exampleScore, FAILURE, HEADER } from "../fixtures/example-run.ts";
import { flatNodes, nodesOf, rowsOf } from "../support/node-logits.ts";

function run(lines: readonly Outcome[], header: RunHeader = HEADER): Run {
  return {
    header,
    lines: {
      async *[Symbol.asyncIterator]() {
        yield* lines;
      },
    },
  };
}

const ids = (n: number) => Array.from({ length: n }, (_, i) => exampleScore({ id: `r${i}` }));

describe("compareRuns", () => {
  it("finds equal runs identical, failures included", async () => {
    const lines = [exampleScore(), FAILURE];
    const result = await compareRuns(run(lines), run(lines));
    expect(result).toMatchObject({ identical: true, compared: 2, differing: 0, header: [] });
  });

  it("counts the lines of each figure that differs, with the largest difference", async () => {
    const left = [exampleScore({ score: 2.5 }), exampleScore({ id: "b", score: 2, eScore: 1 })];
    const right = [exampleScore({ score: 2.25 }), exampleScore({ id: "b", score: 3, eScore: 1.5 })];
    const result = await compareRuns(run(left), run(right));
    expect(result.identical).toBe(false);
    expect(result.figures).toEqual([
      { figure: "score", lines: 2, largest: 1 },
      { figure: "eScore", lines: 1, largest: 0.5 },
    ]);
    expect(result.first).toEqual([
      { id: "a1", criterion: "clarity", figures: ["score"] },
      { id: "b", criterion: "clarity", figures: ["score", "eScore"] },
    ]);
  });

  it("sees one bit of one logit, the sign of zero and a row that was not captured", async () => {
    const raw = rowsOf(exampleScore().nodes[0], "raw");
    const bit = new Float32Array([12.345678]);
    const bits = new Uint32Array(bit.buffer);
    bits[0] = (bits[0] ?? 0) + 1;
    const changed = (last: number[], zero: number, first: number[] | null) =>
      run([exampleScore({ nodes: flatNodes([first, [zero, -1, 2], last], raw) })]);
    const base = changed([0, 1, Math.fround(12.345678)], 0, null);
    const oneBit = await compareRuns(base, changed([0, 1, bit[0] ?? 0], 0, null));
    expect(oneBit.figures).toEqual([
      { figure: "logits.normed", lines: 1, largest: (bit[0] ?? 0) - Math.fround(12.345678) },
    ]);
    const zero = await compareRuns(base, changed([0, 1, Math.fround(12.345678)], -0, null));
    expect(zero.figures).toEqual([{ figure: "logits.normed", lines: 1, largest: 0 }]);
    const row = await compareRuns(base, changed([0, 1, Math.fround(12.345678)], 0, [1, 2, 3]));
    expect(row.figures).toEqual([{ figure: "logits.normed", lines: 1, largest: null }]);
  });

  it("compares the nodes of labels of several tokens", async () => {
    const scored = (logit: number) =>
      exampleScore({
        nodes: nodesOf(
          [[4], [5, 6], [5, 7]],
          { normed: [[1, 2]] },
          { normed: [[1, logit]], raw: [[1, 2]] },
        ),
      });
    const left = run([scored(2)]);
    const right = run([scored(2.5)]);
    expect((await compareRuns(left, right)).figures).toEqual([
      { figure: "nodes.normed", lines: 1, largest: 0.5 },
    ]);
  });

  it("counts reusedTokens as bookkeeping, and promptTokens as a figure", async () => {
    const base = run([exampleScore()]);
    const reused = await compareRuns(base, run([exampleScore({ reusedTokens: 0 })]));
    expect(reused).toMatchObject({ identical: true, bookkeeping: 1 });
    const prompt = await compareRuns(base, run([exampleScore({ promptTokens: 71 })]));
    expect(prompt).toMatchObject({ identical: false, bookkeeping: 0 });
  });

  it("compares prompts and tokens only where both runs include them", async () => {
    const bare = run([exampleScore()]);
    const with1 = run([exampleScore({ prompt: "p", tokens: [1] })]);
    const with2 = run([exampleScore({ prompt: "q", tokens: [2] })]);
    expect(await compareRuns(bare, with1)).toMatchObject({ identical: true });
    expect((await compareRuns(with1, with2)).figures.map(({ figure }) => figure)).toEqual([
      "tokens",
      "prompt",
    ]);
  });

  it("matches lines in any order, and names those of one run only", async () => {
    const lines = ids(6);
    const shuffled = [5, 3, 0, 1, 4].map((i) => lines[i] ?? exampleScore());
    const result = await compareRuns(run(lines), run([...shuffled, exampleScore({ id: "x" })]));
    expect(result).toMatchObject({
      identical: false,
      compared: 5,
      differing: 0,
      onlyInLeft: { count: 1, first: [{ id: "r2", criterion: "clarity" }] },
      onlyInRight: { count: 1, first: [{ id: "x", criterion: "clarity" }] },
    });
  });

  it("matches lines of one name in their order, and tells criteria apart", async () => {
    const lines = [FAILURE, { ...FAILURE, message: "again" }, exampleScore({ id: "a2" })];
    expect(await compareRuns(run(lines), run(lines))).toMatchObject({ identical: true });
    const swapped = [lines[1] ?? FAILURE, FAILURE, exampleScore({ id: "a2" })];
    expect(await compareRuns(run(lines), run(swapped))).toMatchObject({ differing: 2 });
  });

  it("tells a score from a failure", async () => {
    const failure: Failure = { ...FAILURE, id: "a1", criterion: "clarity" };
    const result = await compareRuns(run([exampleScore()]), run([failure]));
    expect(result.figures).toEqual([{ figure: "outcome", lines: 1, largest: null }]);
  });

  it("names header fields by their path; only labels and values make runs different", async () => {
    const header = { ...HEADER, machine: { ...HEADER.machine, batchSize: 32 } };
    const options = await compareRuns(run(ids(1)), run(ids(1), header));
    expect(options).toMatchObject({
      identical: true,
      header: [{ field: "machine.batchSize", left: 512, right: 32 }],
    });
    const labels = { ...HEADER, labels: ["a", "b", "c"] };
    expect(await compareRuns(run(ids(1)), run(ids(1), labels))).toMatchObject({
      identical: false,
      header: [{ field: "labels" }],
    });
  });

  it("keeps no more lines than allowed, and none where the order agrees", async () => {
    const lines = ids(50);
    const allowed = { mostWaiting: 10 };
    expect(await compareRuns(run(lines), run(lines), allowed)).toMatchObject({ compared: 50 });
    // A run that ended early: the rest is counted, not kept.
    expect(await compareRuns(run(lines), run(lines.slice(0, 5)), allowed)).toMatchObject({
      compared: 5,
      onlyInLeft: { count: 45 },
    });
    await expect(compareRuns(run(lines), run(lines.toReversed()), allowed)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });

  it("ends with its signal", async () => {
    const options = { signal: AbortSignal.abort(new Error("enough")) };
    await expect(compareRuns(run(ids(2)), run(ids(2)), options)).rejects.toMatchObject({
      code: "ABORTED",
    });
  });
});
