import { describe, expect, it } from "vitest";
import { formatRunLine } from "../../src/run/format-run-line.ts";
import { parseRunHeader } from "../../src/run/parse-run-header.ts";
import { runItemParser } from "../../src/run/parse-run-line.ts";
import { runNodes } from "../../src/run/run-nodes.ts";
import { RunTableBuilder } from "../../src/run/run-table-builder.ts";
import { LabelDistribution } from "../../src/scoring/distribution/label-distribution.ts";
import { HEADER } from "../fixtures/example-run.ts";
import { CHECKLIST_HEADER, checklistScore } from "../fixtures/made-up-checklist.ts";
import { thrown } from "../support/errors.ts";

const ACCURACY = checklistScore("a", "accuracy", [
  [1, 0.5],
  [0, -2],
  [2, 4],
]);
const TONE = checklistScore("a", "tone", [[0, 1.5]]);

describe("a run of a checklist", () => {
  it("knows what each question counts", () => {
    const header = parseRunHeader(JSON.parse(formatRunLine(CHECKLIST_HEADER)), {});
    const { sharesOf, mostQuestions } = runNodes(header);
    expect(mostQuestions).toBe(3);
    expect(sharesOf("accuracy")).toEqual([0.25, 0.5, 0.25]);
    expect(sharesOf("tone")).toEqual([1]);
    expect(runNodes(HEADER).mostQuestions).toBeNull();
  });

  it.each([false, true])(
    "gives its lines back as they were written, reused arrays: %s",
    (reuse) => {
      const parse = runItemParser(CHECKLIST_HEADER, { reuse });
      for (const line of [ACCURACY, TONE, ACCURACY]) {
        const text = formatRunLine({ ...line, questions: withPrompts(line) });
        const read = parse(JSON.parse(text), {});
        expect(read).toEqual({ ...line, questions: withPrompts(line) });
        expect(formatRunLine(read)).toBe(text);
      }
    },
  );

  it("refuses a line that lacks a question, or is of a criterion that it does not know", async () => {
    const parse = runItemParser(CHECKLIST_HEADER);
    const line = JSON.parse(formatRunLine(ACCURACY));
    const short = { ...line, questions: line.questions.slice(1) };
    expect((await thrown(() => parse(short, {}), "INVALID_RUN")).place.field).toBe("questions");
    const other = { ...line, criterion: "depth" };
    expect((await thrown(() => parse(other, {}), "INVALID_RUN")).place.field).toBe("criterion");
  });

  it("becomes columns by which each line has the score that it was given", () => {
    const builder = new RunTableBuilder(["run.jsonl"], CHECKLIST_HEADER);
    const lines = [TONE, ACCURACY, { ...ACCURACY, id: "b" }];
    for (const line of lines) builder.add(line, "run.jsonl");
    const { nodes } = builder.finish();
    expect(nodes).toHaveLength(3);
    const { values } = CHECKLIST_HEADER;
    const distribution = new LabelDistribution(nodes, {
      projection: "normed",
      values,
      layerCount: 2,
    });
    for (const [i, { score, vanilla }] of lines.entries()) {
      distribution.layer(i, 2);
      expect(Math.fround(distribution.expectation())).toBe(score);
      expect(Math.fround(distribution.mode())).toBe(vanilla);
    }
  });
});

function withPrompts({ questions = [] }: typeof ACCURACY) {
  return questions.map((question, i) => ({ ...question, tokens: [1, i], prompt: `question ${i}` }));
}
