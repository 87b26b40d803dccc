import type { NodeLogits } from "../distribution/node-logits.ts";

/** What the judge answers to one question of a checklist. */
export interface QuestionScore {
  /** Expectation over `probabilities`, on the scale's units. */
  readonly score: number;
  /** The aggregated distribution over the answers, shape [labels]; sums to one. */
  readonly probabilities: readonly number[];
  /** As `ScoreResult.scoreMass`, of the answers. */
  readonly scoreMass: number;
  /** The exact ids that were decoded, when asked for. */
  readonly tokens?: readonly number[] | undefined;
  /** The rendered prompt, when asked for. */
  readonly prompt?: string | undefined;
}

/**
 * The score of one item on one criterion, with everything it was made from.
 *
 * All figures are float32 values (rounded once, at the end), so that what the library returns and
 * what a run file holds are the same numbers.
 */
export interface ScoreResult {
  /**
   * Σ_k s_k p_k: the expectation over the aggregated distribution, on the scale's units, over the
   * layers that were asked for or with learned weights; all figures of the distribution go with it.
   */
  readonly score: number;
  /** The score between the scale's ends: 0 at the lowest value, 1 at the highest. */
  readonly normalized: number;
  /**
   * Value of the label that is most probable under the last layer alone (vanilla judging). For
   * labels of one token that is the label with the largest last-layer logit; of a checklist the mean
   * of such values.
   */
  readonly vanilla: number;
  /** Expectation under the last layer alone: under the softmax of its score logits. */
  readonly eScore: number;
  /** LAGER's score without tuning: all layers 1…L, normed, with equal weights, whatever `score` is. */
  readonly lager: number;
  /** The aggregated distribution p, shape [labels]; sums to one. */
  readonly probabilities: readonly number[];
  /** −Σ p ln p, in nats. */
  readonly entropy: number;
  /** Standard deviation of the score under p, on the scale's units. */
  readonly standardDeviation: number;
  /**
   * Share of the whole vocabulary's probability (last layer) that the score tokens hold, 0…1. Near
   * zero, the judge was not about to answer with a score at all. For labels of several tokens it is
   * the share of their first tokens, where the labels part first (the root of `nodes`). Of a
   * checklist it is the mean of the questions', by what they count.
   */
  readonly scoreMass: number;
  /**
   * Score logits of every layer at each node of the label tree, depth-first, the root first. There is
   * one node, whose outcomes are the labels, where every label is one token. Where labels have several,
   * layers are aggregated at each node, and a label's probability is the product along its path. Of a
   * checklist they are the nodes of all questions, one question after the other.
   */
  readonly nodes: readonly NodeLogits[];
  /**
   * Of a checklist: each question's own result, in the order of the task's questions. All figures of
   * the criterion are of their mean distribution.
   */
  readonly questions?: readonly QuestionScore[] | undefined;
  /** Tokens of the whole prompt, up to the score position; of a checklist of all prompts. */
  readonly promptTokens: number;
  /** Tokens of it that were not decoded again, because the prompt before shared them. */
  readonly reusedTokens: number;
  /**
   * Tokens decoded for the nodes below the root. Beside the labels' tokens these are the prompt's last
   * ones, because a decode starts at a multiple of 4. 0 with one node.
   */
  readonly branchTokens: number;
}
