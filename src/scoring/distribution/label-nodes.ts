import { LagerError } from "../../base/errors.ts";

/** Which of a node's outcomes each label goes through, shape [labels]; −1: the label is elsewhere. */
export type LabelOutcomes = Int32Array;

/**
 * Finds the labels below a node of the label trie.
 *
 * @param node Tokens that lead to the node after the prompt, and the tokens that may follow there.
 * @param paths Each label's tokens after the prompt, shape [labels][tokens].
 * @throws LagerError `INVALID_ARGUMENT` when a label below the node takes none of its outcomes.
 */
export function labelOutcomes(
  node: { readonly prefix: ArrayLike<number>; readonly outcomes: ArrayLike<number> },
  paths: readonly (readonly number[])[],
): LabelOutcomes {
  const prefix = Array.from(node.prefix);
  const indices = new Map(Array.from(node.outcomes, (token, index) => [token, index]));
  return Int32Array.from(paths, (path, label) => {
    if (!prefix.every((token, depth) => path[depth] === token)) return -1;
    const index = indices.get(path[prefix.length] ?? -1);
    if (index === undefined) {
      throw new LagerError(
        "INVALID_ARGUMENT",
        `label ${label} (tokens ${path.join(", ")}) takes none of the outcomes of the node after ` +
          `tokens ${prefix.join(", ")}`,
      );
    }
    return index;
  });
}

/**
 * ln p_k = Σ_nodes ln softmax(z_node)_{outcome of k}: the labels' log-probabilities as the product
 * along their paths through the trie, shape [labels], in nats. Their exponentials sum to one.
 *
 * @param logits Of each node its outcomes' logits (one layer's, or aggregated over layers).
 * @param outcomes Of each node the labels' outcomes, as {@link labelOutcomes} gives them.
 */
export function labelLogProbabilities(
  logits: readonly ArrayLike<number>[],
  outcomes: readonly LabelOutcomes[],
): Float64Array {
  const sum = new Float64Array(outcomes[0]?.length ?? 0);
  for (const [node, outcomeOf] of outcomes.entries()) {
    const logProbabilities = logSoftmax(logits[node] ?? []);
    for (const [label, outcome] of outcomeOf.entries()) {
      if (outcome === -1) continue;
      sum[label] = (sum[label] ?? Number.NaN) + (logProbabilities[outcome] ?? Number.NaN);
    }
  }
  return sum;
}

/** z_k − ln Σ_j exp(z_j) in float64; the largest logit is subtracted first. The logits are finite. */
function logSoftmax(logits: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(logits);
  const largest = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const logSum = Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
  return values.map((value) => value - largest - logSum);
}
