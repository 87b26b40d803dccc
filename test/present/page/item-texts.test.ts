import { describe, expect, it } from "vitest";
import type { EvalResult } from "../../../src/analysis/eval/eval-result.ts";
import { readItemTexts } from "../../../src/present/page/item-texts.ts";
import { lineKey } from "../../../src/run/line-key.ts";
import type { Score } from "../../../src/scoring/score/outcome.ts";
import { exampleScore, FAILURE, HEADER } from "../../fixtures/example-run.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { writeRun } from "../../fixtures/made-up-run.ts";
import { rejection } from "../../support/errors.ts";

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

  it("are none where a file's first score has none: it is not read any further", async () => {
    const bare = exampleScore({ id: "a" });
    const result = await evaluationOf(["b"], [bare, exampleScore({ id: "b", prompt: "B?" })]);
    expect((await readItemTexts(result)).size).toBe(0);
  });

  it("are not looked for any longer once that is aborted", async () => {
    const result = await evaluationOf(["a"], [exampleScore({ id: "a", prompt: "A?" })]);
    await rejection(readItemTexts(result, AbortSignal.abort()), "ABORTED");
  });
});
