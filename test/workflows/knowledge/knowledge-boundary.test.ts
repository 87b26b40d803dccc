import path from "node:path";
import { expect, it } from "vitest";
import { parseRecord } from "../../../src/input/dataset/parse-record.ts";
import { InputHasher } from "../../../src/input/prompt/input-hasher.ts";
import { loadTask } from "../../../src/input/task/load-task.ts";
import type { Outcome, Score } from "../../../src/scoring/score/outcome.ts";
import { knowledgeBoundary } from "../../../src/workflows/knowledge/knowledge-boundary.ts";
import { FAILURE } from "../../fixtures/example-run.ts";
import { MADE_UP_HEADER, madeUpScores, writeRun } from "../../fixtures/made-up-run.ts";
import { rejection } from "../../support/errors.ts";
import { scratchFolder, writeLines } from "../../support/scratch.ts";

/** On the scale 1–3. */
const SCORES = [2.95, 1.6, 2.2, 1.05];

/** Questions, and a finished run over them. */
async function asked(lines: readonly Outcome[]) {
  const questions = await writeLines(
    path.join(await scratchFolder(), "questions.jsonl"),
    SCORES.map((_, i) => ({ id: `q${i}`, question: `What is ${i}?`, answerable: i % 2 === 0 })),
  );
  return { questions, run: await writeRun(MADE_UP_HEADER, ...lines) };
}

function scores(hasHuman: boolean): Score[] {
  const lines = madeUpScores(SCORES.length).filter(({ criterion }) => criterion === "clarity");
  return lines.map(({ human: _, ...line }, i) => ({
    ...{ ...line, id: `q${i}`, score: Math.fround(SCORES[i] ?? Number.NaN) },
    ...(hasHuman && { human: i % 2 === 0 ? 1 : 0 }),
  }));
}

it("calls unanswerable what is at or below the threshold, the surest first", async () => {
  const { questions, run } = await asked([...scores(true), { ...FAILURE, id: "q9" }]);
  const result = await knowledgeBoundary(questions, { judge: null, run, tau: 0.5 });
  expect(result).toMatchObject({ questions: 4, failed: 1, unanswerable: 2, threshold: 2 });
  expect(result.called.map(({ id, text }) => [id, text])).toEqual([
    ["q3", "What is 3?"],
    ["q1", "What is 1?"],
  ]);
  const [score] = result.methods;
  expect(score?.method).toBe("score");
  expect(score?.at).toMatchObject({ precision: 1, recall: 1, f1: 1, called: 2 });
  expect(result.methods.map(({ method }) => method)).toContain("lager-window:0.6-0.8");
});

it("the range may be that of the scores instead of the scale's", async () => {
  const { questions, run } = await asked(scores(true));
  const options = { judge: null, run, tau: 0.75, range: "observed" } as const;
  const { threshold } = await knowledgeBoundary(questions, options);
  expect(threshold).toBeCloseTo(1.05 + 0.75 * 1.9, 6);
});

it("without a word on what can be answered there are no figures of methods", async () => {
  const { questions, run } = await asked(scores(false));
  const result = await knowledgeBoundary(questions, { judge: null, run });
  expect(result).toMatchObject({ questions: 4, unanswerable: 0, methods: [] });
  expect(result.called).toHaveLength(3);
});

it("a run without a score is refused", async () => {
  const { questions, run } = await asked([{ ...FAILURE, id: "q0" }]);
  await rejection(knowledgeBoundary(questions, { judge: null, run }), "INVALID_ARGUMENT");
});

it("a finished run whose questions were changed since is refused", async () => {
  const task = await loadTask("knowledge");
  const header = { ...MADE_UP_HEADER, task };
  const [criterion] = task.criteria;
  if (criterion === undefined) throw new Error("the task has no criterion");
  const hasher = new InputHasher(task, "prefill");
  const lines = scores(true).map((line, i) => {
    const record = parseRecord({ question: `What is ${i}?` }, task, 1);
    return { ...line, criterion: criterion.name, inputHash: hasher.hash(criterion, record) };
  });
  const questions = SCORES.map((_, i) => ({ id: `q${i}`, question: `What is ${i}?` }));
  const data = path.join(await scratchFolder(), "questions.jsonl");
  const run = await writeRun(header, ...lines);
  await writeLines(data, questions);
  expect((await knowledgeBoundary(data, { judge: null, run })).questions).toBe(4);
  await writeLines(data, questions.with(2, { id: "q2", question: "What is two?" }));
  const error = await rejection(knowledgeBoundary(data, { judge: null, run }), "INVALID_ARGUMENT");
  expect(error.message).toContain("1 scores of the run");
  expect(error.place).toMatchObject({ file: data, record: "q2" });
});

it("the questions are not replaced by the run", async () => {
  const { questions } = await asked(scores(true));
  const asJudge = knowledgeBoundary(questions, { judge: "smollm2-135m", run: questions });
  expect((await rejection(asJudge, "INVALID_ARGUMENT")).message).toContain("would be replaced");
});
