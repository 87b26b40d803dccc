import type { JudgeEngine } from "../engine/native/judge-engine.ts";
import type { ChatTemplate } from "../input/prompt/chat-template.ts";
import { loadTask } from "../input/task/load-task.ts";
import { parseTask } from "../input/task/parse-task.ts";
import type { Task } from "../input/task/task.ts";
import type { ScoreFinder } from "../input/tokens/find-score.ts";
import type { LabelTrie } from "../input/tokens/label-trie.ts";
import { type Aggregation, openAggregation } from "./aggregation.ts";
import { type ConditionSettings, conditionSettings } from "./generate-answer.ts";
import { JudgeTask } from "./judge-task.ts";
import type { ScoreAllOptions, ScoreOptions } from "./score-options.ts";

/** Everything that one call of `score` or `scoreAll` needs, made once. */
export interface Session {
  readonly judgeTask: JudgeTask;
  /** The labels' tokens as they are without a record. */
  readonly labels: LabelTrie;
  readonly aggregation: Aggregation;
  readonly include: ReadonlySet<"tokens" | "prompt">;
  readonly condition: ConditionSettings;
  /** Null when nothing is generated. */
  readonly finder: ScoreFinder | null;
}

/**
 * Checks what is asked of a judge, and makes ready what all items share.
 *
 * @throws LagerError `INVALID_ARGUMENT`, `INVALID_TASK`, `AMBIGUOUS_LABELS`, `TEMPLATE_FAILED`, and as
 *   {@link openAggregation}.
 */
export async function openSession(
  engine: JudgeEngine,
  judge: { readonly name: string; readonly sha256: string; readonly chatTemplate: ChatTemplate },
  options: ScoreAllOptions,
): Promise<Session> {
  const task = await resolveTask(options.task);
  const { name, sha256 } = judge;
  const aggregation = await openAggregation(options, { name, sha256, info: engine.info }, task);
  const condition = conditionSettings(options);
  const judgeTask = new JudgeTask(engine, judge.chatTemplate, task, condition.condition);
  // Labels that cannot be told apart are so for every item: say so before the first.
  const labels = await judgeTask.labels();
  return {
    judgeTask,
    labels,
    aggregation,
    include: new Set(options.include ?? []),
    condition,
    finder:
      condition.condition === "prefill"
        ? null
        : await judgeTask.scoreFinder(condition.scorePosition),
  };
}

/** The task that a caller means. */
export async function resolveTask(task: ScoreOptions["task"]): Promise<Task> {
  if (task === undefined || typeof task === "string") return loadTask(task ?? "general");
  return parseTask(task, {});
}
