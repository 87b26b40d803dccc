import { describe, expect, it } from "vitest";
import { AgreementCounter } from "../../../src/workflows/quickstart/agreement.ts";
import { madeUpScores } from "../../fixtures/made-up-run.ts";

/** A score of the made-up run, with other figures. */
function outcome(criterion: string, score: number, human: number | undefined) {
  const [line] = madeUpScores(1);
  if (line === undefined) throw new Error("no score was made up");
  const { human: _, ...rest } = line;
  return { ...rest, criterion, score, ...(human !== undefined && { human }) };
}

function agreement(pairs: readonly (readonly [string, number, number | undefined])[]) {
  const counter = new AgreementCounter();
  for (const pair of pairs) counter.add(outcome(...pair));
  return counter.agreement;
}

describe("the agreement of the quick start", () => {
  it("is Spearman's of each criterion, beside what chance gives for so many answers", () => {
    const up = [1, 2, 3, 4, 5].map((value) => ["a", value / 10, value] as const);
    const down = [1, 2, 3, 4, 5].map((value) => ["b", value, 6 - value] as const);
    expect(agreement([...up, ...down])).toEqual([
      { criterion: "a", answers: 5, spearman: 1, byChance: 0.98 },
      { criterion: "b", answers: 5, spearman: -1, byChance: 0.98 },
    ]);
  });

  it("counts what has a score and a human score, and nothing else", () => {
    const counter = new AgreementCounter();
    counter.add(outcome("a", 1, undefined));
    counter.add({
      ...{ kind: "failure", id: "x", criterion: "a", line: 1 },
      ...{ code: "EMPTY_RESPONSE", message: "it is empty", field: null },
    });
    expect(counter.agreement).toEqual([]);
  });

  it("has no figure where all scores are the same, and no chance below three answers", () => {
    const pairs = [1, 2].map((human) => ["a", 3, human] as const);
    expect(agreement(pairs)).toEqual([
      { criterion: "a", answers: 2, spearman: null, byChance: null },
    ]);
  });
});
