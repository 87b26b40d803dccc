import type { TextField } from "../../input/task/task.ts";
import { recordsOf } from "../../judge/items.ts";
import { type LoadJudgeOptions, loadJudge } from "../../judge/judge.ts";
import type { SessionOptions } from "../../judge/score-options.ts";
import type { AnswerScore, ScoredAnswer } from "./result.ts";
import { textsTask } from "./texts-task.ts";

/** How one answer is scored. */
export interface ScoreAnswerOptions extends LoadJudgeOptions, SessionOptions {
  /** A name, the path of a GGUF file, or an `hf:` URI. */
  readonly judge: string;
  /** Name of a built-in task, or path of a task file. Default: `general`. */
  readonly task?: string | undefined;
  /** What the judge's answer is opened with, instead of what the task says. */
  readonly answerPrefix?: string | undefined;
}

/**
 * Scores one answer on every criterion of a task; nothing is written.
 *
 * @param texts by the names of the task's text fields, wherever these are in its records.
 * @throws LagerError as `loadJudge` and `Judge.openSession`.
 */
export async function scoreAnswer(
  texts: Readonly<Partial<Record<TextField, string>>>,
  options: ScoreAnswerOptions,
): Promise<ScoredAnswer> {
  const task = await textsTask(options.task ?? "general");
  const { signal, answerPrefix = task.answerPrefix } = options;
  await using judge = await loadJudge(options.judge, options);
  const session = await judge.openSession({ ...task, answerPrefix }, options);
  const scores: AnswerScore[] = [];
  const failures: ScoredAnswer["failures"][number][] = [];
  for await (const outcome of session.scoreAll(recordsOf([texts], session.task), { signal })) {
    if (outcome.kind === "failure") {
      const { criterion, code, message } = outcome;
      failures.push({ criterion, code, message });
      continue;
    }
    const { criterion, score, normalized, labels, values, probabilities } = outcome;
    const { vanilla, eScore, lager, entropy, standardDeviation, scoreMass } = outcome;
    scores.push({
      ...{ criterion, score, normalized, labels, values, probabilities },
      ...{ vanilla, eScore, lager, entropy, standardDeviation, scoreMass },
    });
  }
  return { kind: "answer", judge: judge.name, task: task.name, scores, failures };
}
