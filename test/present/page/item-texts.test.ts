import path from "node:path";
import { describe, expect, it } from "vitest";
import type { EvalResult } from "../../../src/analysis/eval/eval-result.ts";
import { foundItemTexts, readItemTexts } from "../../../src/present/page/item-texts.ts";
import { lineKey, lineName } from "../../../src/run/line-key.ts";
import { readRunTable } from "../../../src/run/read-run-table.ts";
import type { Score } from "../../../src/scoring/score/outcome.ts";
import { exampleScore, FAILURE, HEADER } from "../../fixtures/example-run.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { writeRun } from "../../fixtures/made-up-run.ts";
import { rejection } from "../../support/errors.ts";
import { writeLines } from "../../support/scratch.ts";

const RESULT = madeUpEvaluation({ layers: 2, records: 2 });

/** An evaluation of run files with these lines, in which methods disagree on the items named. */
async function evaluationOf(ids: readonly string[], ...runs: Score[][]): Promise<EvalResult> {
  const files = await Promise.all(runs.map((lines) => writeRun(HEADER, FAILURE, ...lines)));
  const [disagreement] = RESULT.disagreements;
  if (disagreement === undefined) throw new Error("nothing to disagree on");
  return {
    ...RESULT,
    run: { ...RESULT.run, files },
    disagreements: ids.map((id) => ({ ...disagreement, id, criterion: "clarity" })),
  };
}

describe("the texts of items", () => {
  it("are those of the items on which methods disagree, from all files", async () => {
    const result = await evaluationOf(
      ["a", "c"],
      [exampleScore({ id: "a", prompt: "A?" }), exampleScore({ id: "b", prompt: "B?" })],
      [exampleScore({ id: "c", prompt: "C?", generated: "score: 3", generatedTokens: 3 })],
    );
    expect([...(await readItemTexts(result))]).toEqual([
      [lineKey({ id: "a", criterion: "clarity" }), { prompt: "A?" }],
      [lineKey({ id: "c", criterion: "clarity" }), { prompt: "C?", generated: "score: 3" }],
    ]);
  });

  it("are the record's where the run holds them or names its data, and said to have changed", async () => {
    const texts = { instruction: "I", response: "R", reference: "", context: "" };
    const result = await evaluationOf(
      ["a", "b", "gone"],
      [exampleScore({ id: "a", texts }), exampleScore({ id: "b", inputHash: "0".repeat(16) })],
    );
    const data = path.join(path.dirname(result.run.files[0] ?? ""), "data.jsonl");
    await writeLines(data, [{ id: "b", instruction: "Say b.", response: "B" }]);
    const found = await readItemTexts(result, { data });
    expect(
      [...found].map(([key, { record }]) => [key, record?.state, record?.texts.response]),
    ).toEqual([
      [lineKey({ id: "a", criterion: "clarity" }), "same", "R"],
      [lineKey({ id: "b", criterion: "clarity" }), "changed", "B"],
    ]);
    expect((await readItemTexts(result)).get(lineKey({ id: "b", criterion: "clarity" }))).toEqual(
      {},
    );
  });

  it("are the same without reading the run again, where these were found for all of it", async () => {
    const texts = { instruction: "I", response: "R", reference: "", context: "" };
    const result = await evaluationOf(
      ["a", "b", "gone"],
      [exampleScore({ id: "a", texts }), exampleScore({ id: "b" })],
    );
    const table = await readRunTable(result.run.files);
    const own = { texts: table.records.map((id) => (id === "a" ? texts : null)), missing: null };
    const isOfA = (line: number) => lineName(table, line).id === "a";
    const states = Array.from({ length: table.lines }, (_, line) => (isOfA(line) ? "s" : "-")).join(
      "",
    );
    const read = await readItemTexts(result);
    expect(read.size).toBe(2);
    expect(foundItemTexts(result, table, { ...own, states })).toEqual(read);
  });

  it("are not looked for any longer once that is aborted", async () => {
    const result = await evaluationOf(["a"], [exampleScore({ id: "a", prompt: "A?" })]);
    await rejection(readItemTexts(result, { signal: AbortSignal.abort() }), "ABORTED");
  });
});
