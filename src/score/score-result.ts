/**
 * The score of one item on one criterion, with everything it was made from.
 *
 * All figures are float32 values (rounded once, at the end), so that what the library returns and
 * what a run file holds are the same numbers.
 */
export interface ScoreResult {
  /** Σ_k s_k p_k: the expectation over the aggregated distribution (LAGER). On the scale's units. */
  readonly score: number;
  /** Value of the label with the largest last-layer logit (vanilla judging). */
  readonly direct: number;
  /** Expectation under the softmax of the last layer's score logits. */
  readonly eScore: number;
  /** The aggregated distribution p, shape [labels]; sums to one. */
  readonly probabilities: readonly number[];
  /** −Σ p ln p, in nats. */
  readonly entropy: number;
  /** Standard deviation of the score under p, on the scale's units. */
  readonly standardDeviation: number;
  /**
   * Share of the whole vocabulary's probability (last layer) that the score tokens hold, 0…1. Near
   * zero, the judge was not about to answer with a score at all.
   */
  readonly scoreMass: number;
  /** Score logits of every layer. */
  readonly logits: LayerLogits;
  /** Tokens of the whole prompt. */
  readonly promptTokens: number;
  /** Tokens of it that were not decoded again, because the prompt before shared them. */
  readonly reusedTokens: number;
}

/** Rows are layers: row 0 the token embedding, row L the last layer; `null` was not captured. */
export interface LayerLogits {
  /** W_k · N(h_l), shape [layers + 1][labels]. */
  readonly normed: readonly (readonly number[] | null)[];
  /** W_k · h_l without the output norm, shape [layers + 1][labels]. */
  readonly raw: readonly (readonly number[] | null)[];
}

/** Which of the two kinds of logits is aggregated. */
export type Projection = "normed" | "raw";
