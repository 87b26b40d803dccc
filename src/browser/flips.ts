import { argmax } from "../scoring/distribution/statistics.ts";

/** Where the layers' favourite label becomes another. */
export interface Flip {
  readonly layer: number;
  /** Indices of labels. */
  readonly before: number;
  readonly after: number;
}

/** All changes of the favourite, from the first captured layer to the last. */
export function flipsOf(layers: readonly (readonly number[] | null)[]): Flip[] {
  const flips: Flip[] = [];
  let before: number | null = null;
  for (const [layer, probabilities] of layers.entries()) {
    if (probabilities === null) continue;
    const after = argmax(probabilities);
    if (before !== null && after !== before) flips.push({ layer, before, after });
    before = after;
  }
  return flips;
}
