import { LagerError } from "../errors.ts";
import type { ItemFailure, ItemScore } from "../score/item-outcome.ts";
import type { Projection, ScoreResult } from "../score/score-result.ts";
import type { ScoreFinder } from "../tokens/find-score.ts";
import type { LabelTrie } from "../tokens/label-trie.ts";
import type { LayerSet } from "../weights/layer-set.ts";
import type { ConditionSettings } from "./generate-answer.ts";
import type { JudgeTask } from "./judge-task.ts";
import { failure, type PreparedUnit } from "./units.ts";

/** A prompt up to its score position, and the labels that follow. */
export interface ScorePosition {
  readonly id: string;
  readonly tokens: Int32Array;
  readonly labels: LabelTrie;
}

/** Everything that one call of `score` or `scoreAll` needs, made once. */
export interface Session {
  readonly judgeTask: JudgeTask;
  /** The labels' tokens as they are without a record. */
  readonly labels: LabelTrie;
  readonly layers: LayerSet;
  readonly weights: Float64Array;
  readonly projection: Projection;
  readonly include: ReadonlySet<"tokens" | "prompt">;
  readonly condition: ConditionSettings;
  /** Null when nothing is generated. */
  readonly finder: ScoreFinder | null;
}

/** The line of an item that was scored. */
export function itemScore(
  session: Session,
  unit: PreparedUnit,
  position: ScorePosition,
  result: ScoreResult,
): ItemScore {
  const { record, criterion } = unit;
  const human = record.human[criterion.name];
  return {
    kind: "score",
    id: record.id,
    criterion: criterion.name,
    ...result,
    ...(human !== undefined && { human }),
    responseLength: [...record.response].length,
    ...(record.systemId !== undefined && { systemId: record.systemId }),
    ...(record.group !== undefined && { group: record.group }),
    ...(session.include.has("tokens") && { tokens: Array.from(position.tokens) }),
    ...(session.include.has("prompt") && { prompt: unit.text }),
  };
}

/** The line of an item whose judge wrote no score. */
export function noScore(
  { record, criterion }: PreparedUnit,
  generated: string,
  maxTokens: number,
): ItemFailure {
  const error = new LagerError(
    "NO_SCORE_TOKEN",
    `the judge wrote no score within ${maxTokens} tokens; let it write more of them, or use the ` +
      `condition prefill. It wrote: ${JSON.stringify(generated)}`,
  );
  return { ...failure(record.id, criterion.name, error.at(record.place)), generated };
}

/**
 * The run's header holds the labels' tokens once, and an item's nodes are read by them: so they must
 * be the same for each item. Labels of one token need no such thing.
 */
export function requireSameLabels(session: Session, { id, labels }: ScorePosition): void {
  if (labels.isFlat && session.labels.isFlat) return;
  if (JSON.stringify(labels.paths) === JSON.stringify(session.labels.paths)) return;
  throw new LagerError(
    "AMBIGUOUS_LABELS",
    "the judge's vocabulary cuts the labels of this scale into other tokens behind this prompt " +
      "than behind others; end the answer prefix with a sign that stands apart, such as a colon",
    { place: { record: id } },
  );
}
