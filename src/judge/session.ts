import { blaming, checkArguments, ITERABLE, OBJECT } from "../base/arguments.ts";
import { endedBy } from "../base/ended-by.ts";
import { LagerError } from "../base/errors.ts";
import { didYouMean } from "../base/nearest-name.ts";
import { publicCall, publicStream } from "../base/public-call.ts";
import type { Entry } from "../input/dataset/dataset.ts";
import type { Failure } from "../input/dataset/failure.ts";
import { parseRecord } from "../input/dataset/parse-record.ts";
import type { DatasetRecord } from "../input/dataset/record.ts";
import { InputHasher } from "../input/prompt/input-hasher.ts";
import { isChecklist } from "../input/task/checklist.ts";
import { loadTask } from "../input/task/load-task.ts";
import { parseTask } from "../input/task/parse-task.ts";
import type { Criterion, Task } from "../input/task/task.ts";
import type { RunHeader } from "../run/run-format.ts";
import type { Outcome, Score } from "../scoring/score/outcome.ts";
import type { Weights } from "../scoring/weights/weights-format.ts";
import { openAggregation } from "./aggregation.ts";
import { type ConditionSettings, conditionSettings } from "./generate-answer.ts";
import { asOutcome, itemOf, type ScoreItem } from "./items.ts";
import { JudgeTask, type LabelTokens } from "./judge-task.ts";
import type { LoadedJudge } from "./loaded-judge.ts";
import { runHeader } from "./run-header.ts";
import { prepare, type Scoring, scoreItem } from "./score-item.ts";
import type { ScoreAllOptions, ScoreOptions, SessionOptions, TaskChoice } from "./score-options.ts";
import { scoreStream } from "./score-stream.ts";

/**
 * A judge, a task, and how the judge comes to a score of it: everything that a run depends on, checked
 * once. Made by `Judge.openSession`; usable as long as its judge is.
 *
 * @example
 * const session = await judge.openSession("summeval", { layers: "upper" });
 * for await (const outcome of session.scoreAll(readRecords("data.jsonl", session.task))) …
 */
export class Session {
  /** The task, with every default filled in. */
  readonly task: Task;
  /** The scale's labels, with the tokens by which the judge would write them. */
  readonly labels: readonly LabelTokens[];
  /** How the judge comes to its score, with every default filled in. */
  readonly condition: ConditionSettings;
  /** Weights that make the score; null where all layers count the same. */
  readonly weights: Weights | null;
  readonly #judge: LoadedJudge;
  readonly #scoring: Scoring;

  private constructor(judge: LoadedJudge, scoring: Scoring, labels: readonly LabelTokens[]) {
    this.#judge = judge;
    this.#scoring = scoring;
    this.task = scoring.judgeTask.task;
    this.labels = labels;
    this.condition = scoring.condition;
    this.weights = scoring.aggregation.learned;
  }

  /**
   * Checks what is asked of a judge, and makes ready what all items share.
   *
   * @throws LagerError `INVALID_ARGUMENT`, `INVALID_TASK`, `AMBIGUOUS_LABELS`, `TEMPLATE_FAILED`, and
   *   as {@link openAggregation}.
   */
  static async open(
    judge: LoadedJudge,
    choice: TaskChoice | undefined,
    options: SessionOptions,
  ): Promise<Session> {
    return publicCall("Judge.openSession", options, (own) => Session.#open(judge, choice, own));
  }

  static async #open(
    judge: LoadedJudge,
    choice: TaskChoice | undefined,
    options: SessionOptions,
  ): Promise<Session> {
    const { engine, captures } = judge;
    const task = await resolveTask(choice);
    const { name, sha256 } = judge;
    const aggregation = await openAggregation(options, { name, sha256, info: engine.info }, task);
    const condition = conditionSettings(options);
    requirePrefill(task, condition);
    const judgeTask = new JudgeTask(engine, judge.chatTemplate, task, condition.condition);
    // Labels that cannot be told apart are so for every item: say so before the first.
    const labels = await judgeTask.labels();
    const finder =
      condition.condition === "prefill"
        ? null
        : await judgeTask.scoreFinder(condition.scorePosition, labels);
    const include = new Set(options.include ?? []);
    const scoring = {
      engine,
      captures,
      judgeTask,
      hasher: new InputHasher(task, condition.condition),
      labels,
      aggregation,
      condition,
      finder,
      include,
    };
    return new Session(judge, scoring, await judgeTask.tokensOf(labels));
  }

  /** The first line of a run file: everything that the scores of this session depend on. */
  header(): RunHeader {
    return runHeader(this.#judge, this.#scoring, this.labels);
  }

  /**
   * Scores one item on one criterion.
   *
   * @param item - the fields that the task reads; by default `instruction`, `response`,
   *   `reference?`, `context?`.
   * @param options - `criterion`: name of one of the task's criteria; default its first.
   * @throws LagerError `INVALID_FIELD`, `EMPTY_RESPONSE`, `INVALID_ARGUMENT`, `AMBIGUOUS_LABELS`,
   *   `PROMPT_TOO_LONG`, `UNSAFE_PROMPT`, `TEMPLATE_FAILED`, `DECODE_FAILED`, `CAPTURE_INCOMPLETE`,
   *   `HEAD_MISMATCH`, `NO_SCORE_TOKEN`, `ABORTED`, `DISPOSED`.
   */
  async score(item: ScoreItem, options: ScoreOptions = {}): Promise<Score> {
    checkArguments("Session.score", { item: [item, OBJECT] });
    return publicCall("Session.score", options, (own) => this.#score(item, own));
  }

  async #score(item: ScoreItem, options: ScoreOptions): Promise<Score> {
    const criterion = findCriterion(this.task, options.criterion);
    const record = blaming("Session.score", "item", () => parseRecord(item, this.task, 1));
    const { hasher } = this.#scoring;
    const prepared = await endedBy(
      options.signal,
      prepare(this.#scoring, itemOf(record, criterion, hasher)),
    );
    const outcome = await scoreItem(this.#scoring, prepared, options.signal);
    if (outcome.kind === "score") return outcome;
    throw new LagerError(outcome.code, outcome.message);
  }

  /**
   * Scores records on every criterion of the task, in order. Memory does not grow with their number.
   * What goes wrong with one item is a failure among the outcomes.
   *
   * @param entries - what `readRecords` or `recordsOf` gives for this session's task.
   * @throws LagerError as {@link score} does, but for the errors of single items.
   */
  scoreAll(
    entries: AsyncIterable<Entry> | Iterable<Entry>,
    options: ScoreAllOptions = {},
  ): AsyncGenerator<Outcome> {
    checkArguments("Session.scoreAll", { entries: [entries, ITERABLE] });
    const stream = (own: ScoreAllOptions) => scoreStream(this.#scoring, entries, own);
    return publicStream("Session.scoreAll", options, stream);
  }

  /** Prompts that the engine takes at once. */
  get parallel(): number {
    return this.#scoring.engine.info.parallel;
  }

  /**
   * Renders and tokenises one item on one criterion, for whoever plans its turn among those of others.
   * What is wrong with the item is a failure.
   *
   * @internal use `Dispatcher`
   */
  async ready(record: DatasetRecord, criterion: Criterion): Promise<ReadyPrompt | Failure> {
    const scoring = this.#scoring;
    const item = itemOf(record, criterion, scoring.hasher);
    const prompt = await asOutcome(item, () => prepare(scoring, item));
    if (prompt.kind === "failure") return prompt;
    return {
      kind: "ready",
      tokens: prompt.asked[0].tokens,
      score: (signal) => asOutcome(prompt, () => scoreItem(scoring, prompt, signal)),
    };
  }
}

/** An item on one criterion that only waits for its turn. */
export interface ReadyPrompt {
  readonly kind: "ready";
  /** By which its turn is chosen among others, shape [tokens]. */
  readonly tokens: Int32Array;
  /** @throws LagerError as `Session.scoreAll` does, for what is wrong with more than this item. */
  readonly score: (signal: AbortSignal | undefined) => Promise<Outcome>;
}

/** Questions are answered with one token each: nothing is written that could be read. */
function requirePrefill(task: Task, { condition }: ConditionSettings): void {
  if (!isChecklist(task) || condition === "prefill") return;
  throw new LagerError(
    "INVALID_ARGUMENT",
    `a task with questions is scored with the condition prefill, not ${condition}: the judge is given ` +
      "each question and its answer is read, without writing anything",
  );
}

/** The task that a caller means. */
async function resolveTask(choice: TaskChoice = "general"): Promise<Task> {
  return typeof choice === "string" ? loadTask(choice) : parseTask(choice, {});
}

/**
 * A criterion of a task by its name; without one the first.
 *
 * @throws LagerError `INVALID_ARGUMENT`.
 */
export function findCriterion(task: Task, name: string | undefined): Criterion {
  const criterion =
    name === undefined ? task.criteria[0] : task.criteria.find((each) => each.name === name);
  if (criterion === undefined) {
    const names = task.criteria.map((each) => each.name);
    const meant = didYouMean(String(name), names);
    throw new LagerError(
      "INVALID_ARGUMENT",
      `the task ${task.name} has no criterion ${JSON.stringify(name)}; it has ${names.join(", ")}` +
        (meant === "" ? "" : `.${meant}`),
    );
  }
  return criterion;
}
