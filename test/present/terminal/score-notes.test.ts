import { describe, expect, it } from "vitest";
import { failureNote, otherUseNote, runNotes } from "../../../src/present/terminal/score-notes.ts";
import { ScoreSummary } from "../../../src/workflows/score-run/result.ts";
import { exampleScore, FAILURE } from "../../fixtures/example-run.ts";

/** What a run of these lines comes to. */
function summary(...lines: Parameters<ScoreSummary["add"]>[0][]): ScoreSummary {
  const gathered = new ScoreSummary();
  for (const line of lines) gathered.add(line);
  return gathered;
}

describe("a run's notes", () => {
  it("are none where the judge was about to answer with a score", () => {
    expect(runNotes(summary(exampleScore({ scoreMass: 0.9 })))).toEqual([]);
  });

  it("warn where it was not, and say that there was nothing to score", () => {
    const [warning] = runNotes(summary(exampleScore({ scoreMass: 0.25 })));
    expect(warning).toMatch(/^warning: .* 0\.250: it was not about to answer with a score/);
    expect(runNotes(summary())).toEqual(["note: there is no record in the input"]);
  });
});

describe("failures", () => {
  it("are counted by code, with the message of the first", () => {
    const other = { ...FAILURE, code: "PROMPT_TOO_LONG", message: "too long" } as const;
    expect(failureNote(summary(FAILURE, other, FAILURE))).toBe(
      "failed: EMPTY_RESPONSE 2, PROMPT_TOO_LONG 1; first: the response is empty",
    );
  });

  it("are nothing to speak of where there are none", () => {
    expect(failureNote(summary(exampleScore()))).toBeNull();
  });
});

it("without weights there is no other use of them", () => {
  const task = { name: "t" } as Parameters<typeof otherUseNote>[1];
  expect(otherUseNote(null, task, "prefill")).toBeNull();
});
