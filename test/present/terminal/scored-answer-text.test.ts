import { expect, it } from "vitest";
import { scoredAnswerText } from "../../../src/present/terminal/scored-answer-text.ts";
import { exampleScore } from "../../fixtures/example-run.ts";

const ANSWER = { kind: "answer", judge: "tiny", task: "general", failures: [] } as const;

it("shows each criterion's score, and a bar as long as its label is likely", () => {
  const text = scoredAnswerText({ ...ANSWER, scores: [exampleScore()] });
  expect(text).toBe(
    `clarity  2.30  (1 to 3; vanilla 3, e-score 2.40, lager 2.20, sd 0.70)
  1   12.5 %  █████
  2   37.5 %  ███████████████
  3   50.0 %  ████████████████████
`,
  );
});

it("leaves the bars out of long scales, and says why a criterion has no score", () => {
  const labels = Array.from({ length: 101 }, (_, k) => String(k));
  const values = labels.map(Number);
  const probabilities = labels.map(() => 1 / 101);
  const text = scoredAnswerText({
    ...ANSWER,
    scores: [exampleScore({ labels, values, probabilities })],
    failures: [{ criterion: "tone", code: "PROMPT_TOO_LONG", message: "too \u001b[1mlong" }],
  });
  expect(text.split("\n")).toEqual([
    expect.stringMatching(/^clarity {2}2\.30 {2}\(0 to 100;/),
    "",
    "tone has no score: PROMPT_TOO_LONG: too \\x1b[1mlong",
    "",
  ]);
});
