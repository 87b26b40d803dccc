import { expect, it } from "vitest";
import { summarise } from "../../src/adapters/summary.ts";

function scored(criterion: string, score: number) {
  return {
    ...{ kind: "score" as const, criterion, score, normalized: (score - 1) / 2 },
    ...{ labels: ["1", "2", "3"], probabilities: [0.25, 0.25, 0.5] },
    ...{ lager: 2.5, entropy: 1, scoreMass: 0.9 },
  };
}

it("the score is the mean of the normalized ones, with each criterion beside it", () => {
  const summary = summarise([scored("tone", 2), scored("accuracy", 3)]);
  expect(summary).toMatchObject({
    ...{ score: 0.75, criteria: { tone: 0.5, accuracy: 1 } },
    reason: "tone 2.00 of 1–3; accuracy 3.00 of 1–3",
    metadata: {
      tone: { score: 2, normalized: 0.5, distribution: { 1: 0.25, 2: 0.25, 3: 0.5 }, lager: 2.5 },
    },
  });
});

it("an answer without a score on one criterion has none, and says why", () => {
  const failure = {
    kind: "failure",
    criterion: "tone",
    code: "PROMPT_TOO_LONG",
    message: "too long",
  } as const;
  expect(summarise([scored("accuracy", 3), failure])).toMatchObject({
    ...{ score: null, criteria: { tone: null, accuracy: 1 } },
    reason: "accuracy 3.00 of 1–3; tone not scored: PROMPT_TOO_LONG: too long",
    metadata: { tone: { error: { code: "PROMPT_TOO_LONG" } } },
  });
  const empty = {
    kind: "failure",
    criterion: null,
    code: "EMPTY_RESPONSE",
    message: "empty",
  } as const;
  expect(summarise([empty])).toMatchObject({
    ...{ score: null, criteria: { record: null }, reason: "not scored: EMPTY_RESPONSE: empty" },
  });
});

it("of nothing there is no mean", () => {
  expect(summarise([]).score).toBeNull();
});
