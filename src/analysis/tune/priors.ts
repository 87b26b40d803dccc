import { featureCount } from "../../scoring/weights/weights-format.ts";

/** Weights of standardised features, of which the learned ones are believed to be a multiple. */
export interface Belief {
  /** Shape [2 · layers + 3]. */
  readonly direction: Float64Array;
  /** How much more it is believed than one of share 1, before a label is seen. */
  readonly share: number;
}

/**
 * What is believed of a score before a label is seen: that it is a multiple of one of these, given as
 * weights of the standardised e-score, contrast and equal weights' score; or of nothing. Which of
 * them holds depends on the judge and the task, and the labels decide: fits are averaged by the
 * evidence for each. Half of the belief is in the e-score, whose place the others have to earn.
 */
const BELIEFS = [
  { weights: [1, 0, 0], share: 3 },
  { weights: [1, 1, 0], share: 1 },
  { weights: [1, 0, 1], share: 1 },
  { weights: [0, 0, 0], share: 1 },
] as const;

/** The share of other weights that are shrunk toward: as much as the e-score's. */
export const CARRIED_SHARE = 3;

/** The beliefs as directions of all features. */
export function priorBeliefs(layers: number): Belief[] {
  const size = featureCount(layers);
  return BELIEFS.map(({ weights, share }) => {
    const direction = new Float64Array(size);
    direction.set(weights, size - weights.length);
    return { direction, share };
  });
}
