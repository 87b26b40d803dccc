import { LagerError } from "../base/errors.ts";
import type { JudgeEngine } from "../engine/native/judge-engine.ts";
import { type Failure, failure } from "../input/dataset/failure.ts";
import { recordTexts } from "../input/dataset/record.ts";
import type { InputHasher } from "../input/prompt/input-hasher.ts";
import { askedOf } from "../input/task/checklist.ts";
import type { ScoreFinder } from "../input/tokens/find-score.ts";
import type { LabelTree } from "../input/tokens/label-tree.ts";
import type { Outcome, Score } from "../scoring/score/outcome.ts";
import {
  type Aggregation,
  type CapturedScore,
  captureScore,
  type ScoredPrompt,
} from "./aggregation.ts";
import { type ConditionSettings, generateAnswer } from "./generate-answer.ts";
import { type AskedPrompt, factsOf, type Item, type Prompt } from "./items.ts";
import type { JudgeTask } from "./judge-task.ts";
import type { LoadedJudge } from "./loaded-judge.ts";
import type { INCLUDABLE } from "./score-options.ts";

/** What the prompts of one session have in common. */
export interface Scoring extends Pick<LoadedJudge, "engine" | "captures"> {
  readonly judgeTask: JudgeTask;
  readonly hasher: InputHasher;
  /** The labels' tokens as they are without a record. */
  readonly labels: LabelTree;
  readonly aggregation: Aggregation;
  readonly condition: ConditionSettings;
  /** Null when nothing is generated. */
  readonly finder: ScoreFinder | null;
  readonly include: ReadonlySet<(typeof INCLUDABLE)[number]>;
}

/** Renders and tokenises the prompt. */
export async function prepare(
  scoring: Scoring,
  { record, criterion, inputHash }: Item,
): Promise<Prompt> {
  const { judgeTask, include } = scoring;
  const prompts = await Promise.all(
    askedOf(criterion, judgeTask.task).map(async (asked): Promise<AskedPrompt> => {
      const { text, tokens, labels } = await judgeTask.prompt(asked, record);
      const share = asked.share ?? null;
      return { text: include.has("prompt") ? text : null, tokens, labels, share };
    }),
  );
  const [first, ...more] = prompts;
  if (first === undefined) throw new LagerError("INTERNAL", "a criterion that asks nothing");
  return {
    kind: "item",
    record: { id: record.id, place: record.place, ...factsOf(record, criterion) },
    criterion,
    inputHash,
    texts: scoring.include.has("texts") ? recordTexts(record) : null,
    asked: [first, ...more],
  };
}

/**
 * Scores one prompt: where it ends, or where the judge's own answer holds the score.
 *
 * @throws LagerError as `JudgeEngine.capture`, and `AMBIGUOUS_LABELS`.
 */
export async function scoreItem(
  scoring: Scoring,
  item: Prompt,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const prompts = item.asked.flatMap(({ labels, ...prompt }) =>
    labels === null ? [] : [{ ...prompt, labels }],
  );
  if (prompts.length < item.asked.length) return scoreAnswer(scoring, item, signal);
  const result = await scorePrompts(scoring.captures, scoring, item, prompts, signal);
  return itemScore(scoring, item, prompts, result);
}

/** Lets the judge write its answer, and captures where it wrote the score. */
function scoreAnswer(
  scoring: Scoring,
  item: Prompt,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const { engine, condition, finder } = scoring;
  if (condition.condition === "prefill" || finder === null) {
    throw new LagerError("INTERNAL", "a prompt without labels, but nothing is to be generated");
  }
  const { maxTokens } = condition;
  return engine.turn(
    async (turn) => {
      const [{ tokens }] = item.asked;
      const answer = await generateAnswer(turn, tokens, { finder, maxTokens, signal });
      const generated = await engine.textOf(answer.generated);
      if (answer.scored === null) return noScore(item, generated, condition);
      const prompts = [{ ...answer.scored, share: null }];
      const result = await scorePrompts(turn, scoring, item, prompts, signal);
      return {
        ...itemScore(scoring, item, prompts, result),
        // The capture finds the prompt decoded by the generation.
        reusedTokens: Math.min(answer.reusedTokens, result.reusedTokens),
        generated,
        generatedTokens: answer.generated.length,
      };
    },
    { plainAttention: true },
  );
}

function scorePrompts(
  engine: Pick<JudgeEngine, "capture">,
  scoring: Scoring,
  { record, criterion }: Prompt,
  prompts: readonly ScoredPrompt[],
  signal: AbortSignal | undefined,
): Promise<CapturedScore> {
  for (const prompt of prompts) requireSameLabels(scoring, record.id, prompt);
  return captureScore(engine, prompts, criterion.name, scoring.aggregation, signal);
}

/** The line of an item that was scored. */
function itemScore(
  scoring: Scoring,
  item: Prompt,
  prompts: readonly ScoredPrompt[],
  result: CapturedScore,
): Score {
  const { record, criterion } = item;
  const beside = item.asked.map(({ text }, i) => ({
    ...(scoring.include.has("tokens") && { tokens: Array.from(prompts[i]?.tokens ?? []) }),
    ...(text !== null && { prompt: text }),
  }));
  return {
    kind: "score",
    id: record.id,
    criterion: criterion.name,
    labels: scoring.aggregation.labels,
    values: scoring.aggregation.scoring.values,
    inputHash: item.inputHash,
    ...result,
    human: record.human,
    responseLength: record.responseLength,
    systemId: record.systemId,
    group: record.group,
    ...(item.texts !== null && { texts: item.texts }),
    ...(result.questions === undefined
      ? beside[0]
      : { questions: result.questions.map((score, i) => ({ ...score, ...beside[i] })) }),
  };
}

/** The line of an item whose judge wrote no score. */
function noScore(
  { record, criterion, inputHash }: Prompt,
  generated: string,
  { maxTokens, scorePosition }: Exclude<ConditionSettings, { condition: "prefill" }>,
): Failure {
  const last =
    scorePosition === "last" ? "" : 'take any label that it wrote (score position "last"), ';
  const error = new LagerError(
    "NO_SCORE_TOKEN",
    `the judge wrote no score within ${maxTokens} tokens; ${last}let it write more of them, or use ` +
      `the condition prefill. It wrote: ${JSON.stringify(generated)}`,
  );
  return { ...failure(record.id, criterion.name, error.at(record.place), inputHash), generated };
}

/**
 * The run's header holds the labels' tokens once, and an item's nodes are read by them: so they must
 * be the same for each item. Labels of one token need no such thing.
 */
function requireSameLabels(scoring: Scoring, record: string, { labels }: ScoredPrompt): void {
  if (labels.isFlat && scoring.labels.isFlat) return;
  if (JSON.stringify(labels.paths) === JSON.stringify(scoring.labels.paths)) return;
  throw new LagerError(
    "AMBIGUOUS_LABELS",
    "the judge's vocabulary cuts the labels of this scale into other tokens behind this prompt " +
      "than behind others; end the answer prefix with a sign that stands apart, such as a colon",
    { place: { record } },
  );
}
