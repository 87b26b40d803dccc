import type { Projection } from "../weights/projection.ts";

export type { Projection };

/**
 * The score of one item on one criterion, with everything it was made from.
 *
 * All figures are float32 values (rounded once, at the end), so that what the library returns and
 * what a run file holds are the same numbers.
 */
export interface ScoreResult {
  /**
   * Σ_k s_k p_k: the expectation over the aggregated distribution, on the scale's units. LAGER's
   * score; with learned weights, LAGER's tuned one, and all figures of the distribution go with it.
   */
  readonly score: number;
  /**
   * Value of the label that is most probable under the last layer alone (vanilla judging). For
   * labels of one token that is the label with the largest last-layer logit.
   */
  readonly direct: number;
  /** Expectation under the last layer alone: under the softmax of its score logits. */
  readonly eScore: number;
  /** The aggregated distribution p, shape [labels]; sums to one. */
  readonly probabilities: readonly number[];
  /** −Σ p ln p, in nats. */
  readonly entropy: number;
  /** Standard deviation of the score under p, on the scale's units. */
  readonly standardDeviation: number;
  /**
   * Share of the whole vocabulary's probability (last layer) that the score tokens hold, 0…1. Near
   * zero, the judge was not about to answer with a score at all. For labels of several tokens it is
   * the share of their first tokens, where the labels part first (the root of `nodes`).
   */
  readonly scoreMass: number;
  /** Score logits of every layer; with `nodes`, log-probabilities of the labels. */
  readonly logits: LayerLogits;
  /**
   * Only for labels of several tokens: the places where the labels' tokens part, depth-first, the
   * root first. At each of them layers are aggregated as the labels' logits are elsewhere, and a
   * label's probability is the product along its path.
   */
  readonly nodes?: readonly LabelNodeLogits[];
  /** Tokens of the whole prompt, up to the score position. */
  readonly promptTokens: number;
  /** Tokens of it that were not decoded again, because the prompt before shared them. */
  readonly reusedTokens: number;
  /**
   * Only with `nodes`: tokens decoded for the nodes below the root. Beside the labels' tokens these
   * are the prompt's last ones, because a decode starts at a multiple of 4.
   */
  readonly branchTokens?: number;
}

/**
 * Rows are layers: row 0 the token embedding, row L the last layer; `null` was not captured.
 *
 * For labels of several tokens (`ScoreResult.nodes`) there is no logit of a label. The rows then
 * hold each layer's own log-probabilities of the labels, Σ_nodes ln softmax(z_{l,node}), of which
 * softmax makes the layer's distribution as it does of logits. Averaging them over layers is not
 * the aggregation at the nodes: that takes `nodes`.
 */
export interface LayerLogits {
  /** W_k · N(h_l), shape [layers + 1][labels]. */
  readonly normed: readonly (readonly number[] | null)[];
  /** W_k · h_l without the output norm, shape [layers + 1][labels]. */
  readonly raw: readonly (readonly number[] | null)[];
}

/** The logits of one place in the labels' tokens. */
export interface LabelNodeLogits extends LayerLogits {
  /** Token ids between the prompt and this place; empty at the root. Shape [depth]. */
  readonly prefix: readonly number[];
  /**
   * Token ids that may follow there, shape [outcomes]. Where a label ends and others go on, one of
   * them is the token that ends the judge's turn. Both kinds of logits are of these tokens, shape
   * [layers + 1][outcomes].
   */
  readonly outcomes: readonly number[];
}
