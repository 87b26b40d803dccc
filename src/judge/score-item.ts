import { LagerError } from "../base/errors.ts";
import type { JudgeEngine } from "../engine/native/judge-engine.ts";
import { type Failure, failure } from "../input/dataset/failure.ts";
import { recordTexts } from "../input/dataset/record.ts";
import type { InputHasher } from "../input/prompt/input-hasher.ts";
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
import { factsOf, type Item, type Prompt } from "./items.ts";
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
  const { text, tokens, labels } = await scoring.judgeTask.prompt(criterion, record);
  return {
    kind: "item",
    record: { id: record.id, place: record.place, ...factsOf(record, criterion) },
    criterion,
    inputHash,
    text: scoring.include.has("prompt") ? text : null,
    texts: scoring.include.has("texts") ? recordTexts(record) : null,
    tokens,
    labels,
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
  const { tokens, labels, criterion } = item;
  if (labels === null) return scoreAnswer(scoring, item, signal);
  const prompt = { tokens, labels, criterion: criterion.name };
  const result = await scorePrompt(scoring.captures, scoring, item, prompt, signal);
  return itemScore(scoring, item, prompt, result);
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
      const answer = await generateAnswer(turn, item.tokens, { finder, maxTokens, signal });
      const generated = await engine.textOf(answer.generated);
      if (answer.scored === null) return noScore(item, generated, condition);
      const prompt = { ...answer.scored, criterion: item.criterion.name };
      const result = await scorePrompt(turn, scoring, item, prompt, signal);
      return {
        ...itemScore(scoring, item, prompt, result),
        // The capture finds the prompt decoded by the generation.
        reusedTokens: Math.min(answer.reusedTokens, result.reusedTokens),
        generated,
        generatedTokens: answer.generated.length,
      };
    },
    { plainAttention: true },
  );
}

function scorePrompt(
  engine: Pick<JudgeEngine, "capture">,
  scoring: Scoring,
  { record }: Prompt,
  prompt: ScoredPrompt,
  signal: AbortSignal | undefined,
): Promise<CapturedScore> {
  requireSameLabels(scoring, record.id, prompt);
  return captureScore(engine, prompt, scoring.aggregation, signal);
}

/** The line of an item that was scored. */
function itemScore(
  scoring: Scoring,
  item: Prompt,
  prompt: ScoredPrompt,
  result: CapturedScore,
): Score {
  const { record, criterion } = item;
  return {
    kind: "score",
    id: record.id,
    criterion: criterion.name,
    inputHash: item.inputHash,
    ...result,
    human: record.human,
    responseLength: record.responseLength,
    systemId: record.systemId,
    group: record.group,
    ...(scoring.include.has("tokens") && { tokens: Array.from(prompt.tokens) }),
    ...(item.text !== null && { prompt: item.text }),
    ...(item.texts !== null && { texts: item.texts }),
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
