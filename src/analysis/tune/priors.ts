import { featureCount } from "../../scoring/weights/weights-format.ts";

/**
 * What is believed of a score before a label is seen: that it is a multiple of one of these, given as
 * weights of the standardised e-score, contrast and equal weights' score; or of nothing. Which of
 * them holds depends on the judge and the task, and the labels decide: fits are averaged by the
 * evidence for each.
 */
const BELIEFS = [
  [1, 0, 0],
  [1, 1, 0],
  [1, 0, 1],
  [0, 0, 0],
] as const;

/** The beliefs as directions of all features, shape [beliefs][2 · layers + 3]. */
export function priorDirections(layers: number): Float64Array[] {
  const size = featureCount(layers);
  return BELIEFS.map((weights) => {
    const direction = new Float64Array(size);
    direction.set(weights, size - weights.length);
    return direction;
  });
}
