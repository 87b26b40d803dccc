import { expect, it } from "vitest";
import type { EvalResult } from "../../../src/analysis/eval/eval-result.ts";
import { summarySentences } from "../../../src/present/page/summary.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";

const RESULT = madeUpEvaluation({ records: 20 });

/** The evaluation with every difference from the e-score moved by `shift`. */
function shifted(shift: number): EvalResult {
  return {
    ...RESULT,
    comparisons: RESULT.comparisons.map((comparison) => ({
      ...comparison,
      spearman: {
        ...comparison.spearman,
        low: (comparison.spearman.low ?? 0) + shift,
        high: (comparison.spearman.high ?? 0) + shift,
      },
    })),
  };
}

it("a method is said to be better only when its whole interval lies above zero", () => {
  expect(summarySentences(RESULT)[0]).toBe(
    "lager-tuned agrees with people better than the e-score: Spearman 0.287 against 0.211, " +
      "a difference of +0.076 [0.034, 0.117].",
  );
  expect(summarySentences(shifted(-0.05))[0]).toMatch(
    /^No main method beats the e-score .* by more than its interval: the highest, lager-tuned/,
  );
});

it("methods that are worse are named", () => {
  expect(summarySentences(shifted(-0.05))[1]).toMatch(
    /^Worse than the e-score by more than the interval: vanilla .*lager /,
  );
});

it("a length that does as well is said", () => {
  const methods = RESULT.methods.map((each) =>
    each.method === "response-length"
      ? { ...each, spearman: { value: 0.2, low: 0.1, high: 0.3 } }
      : each,
  );
  expect(summarySentences({ ...RESULT, methods })).toContain(
    "The length of the response alone reaches 0.200: vanilla is not above it.",
  );
});

it("without human scores nothing is claimed", () => {
  const counts = { ...RESULT.counts, evaluated: 0 };
  expect(summarySentences({ ...RESULT, counts })).toEqual([
    expect.stringMatching(/^No line of this run has a human score/),
  ]);
});
