import { aggregateLogits, capturedRow } from "../distribution/aggregate.ts";
import {
  type LabelOutcomes,
  labelLogProbabilities,
  labelOutcomes,
} from "../distribution/label-nodes.ts";
import { argmax, expectation } from "../distribution/statistics.ts";
import { distributionFigures } from "./distribution-figures.ts";
import { logitRows } from "./logit-rows.ts";
import type { CapturedLogits } from "./score-from-logits.ts";
import type { LabelNodeLogits, Projection, ScoreResult } from "./score-result.ts";

/** The captured logits of one node of the label trie. */
export interface CapturedNode {
  /** Tokens after the prompt that lead to the node, shape [depth]. */
  readonly prefix: Int32Array;
  /** Tokens that may follow there, shape [outcomes]. */
  readonly outcomes: Int32Array;
  /** W_k · N(h_l), row-major, shape [layerCount + 1, outcomes]; a row of NaN was not captured. */
  readonly normed: Float32Array;
  /** W_k · h_l, row-major, shape [layerCount + 1, outcomes]; a row of NaN was not captured. */
  readonly raw: Float32Array;
}

/** The captured nodes of one prompt, and how to make one score of them. */
export interface CapturedNodes extends Omit<CapturedLogits, "normed" | "raw"> {
  /** All nodes of the trie, the root first. */
  readonly nodes: readonly CapturedNode[];
  /** Each label's tokens after the prompt, shape [labels][tokens]. */
  readonly paths: readonly (readonly number[])[];
  /** Share of the vocabulary's probability that the root's outcomes hold in the last layer, 0…1. */
  readonly scoreMass: number;
  /** Tokens decoded for the nodes below the root. */
  readonly branchTokens: number;
}

/**
 * LAGER's score and its baselines for labels of several tokens. At each node of the label trie
 * p_node = softmax_k(Σ_l w_l z_{l,node,k}); a label's probability is the product along its path, and
 * score = Σ_k s_k p_k.
 *
 * `direct` and `eScore` come from the same product with the last layer's normed logits alone,
 * whatever is aggregated. (With one token to a label both are what `scoreFromLogits` gives: the
 * argmax of the probabilities is the argmax of the logits.) All arithmetic is float64; every figure
 * is rounded once, to float32, at the end.
 *
 * @throws LagerError `CAPTURE_INCOMPLETE` when a layer that is needed was not captured or a
 *   logit is not finite, `INVALID_ARGUMENT` when shapes, layers, weights and paths do not fit.
 */
export function scoreFromNodes(captured: CapturedNodes): ScoreResult {
  const { layerCount, values, layers, weights, projection, paths } = captured;
  const nodes = captured.nodes.map(
    ({ prefix, outcomes, normed, raw }): LabelNodeLogits => ({
      prefix: Array.from(prefix),
      outcomes: Array.from(outcomes),
      normed: logitRows("normed", normed, layerCount, outcomes.length),
      raw: logitRows("raw", raw, layerCount, outcomes.length),
    }),
  );
  const outcomes = nodes.map((node) => labelOutcomes(node, paths));
  const aggregated = nodes.map((node) => aggregateLogits(node[projection], layers, weights));
  const probabilities = labelLogProbabilities(aggregated, outcomes).map(Math.exp);
  const last = nodes.map((node) => capturedRow(node.normed, layerCount));
  const lastProbabilities = labelLogProbabilities(last, outcomes).map(Math.exp);
  return {
    // In front of what is spread: see `parseRecord`.
    direct: Math.fround(values[argmax(lastProbabilities)] ?? Number.NaN),
    ...distributionFigures(values, probabilities),
    eScore: Math.fround(expectation(values, lastProbabilities)),
    scoreMass: Math.fround(captured.scoreMass),
    logits: {
      normed: labelRows(nodes, outcomes, "normed"),
      raw: labelRows(nodes, outcomes, "raw"),
    },
    nodes,
    promptTokens: captured.promptTokens,
    reusedTokens: captured.reusedTokens,
    branchTokens: captured.branchTokens,
  };
}

/** The labels' log-probabilities under each layer alone; `null` where a node's row is missing. */
function labelRows(
  nodes: readonly LabelNodeLogits[],
  outcomes: readonly LabelOutcomes[],
  projection: Projection,
): (readonly number[] | null)[] {
  const [root] = nodes;
  return (root?.[projection] ?? []).map((_, layer) => {
    const rows = nodes.flatMap((node) => {
      const row = node[projection][layer] ?? null;
      return row === null ? [] : [row];
    });
    if (rows.length < nodes.length) return null;
    return Array.from(labelLogProbabilities(rows, outcomes), Math.fround);
  });
}
