const HEIGHTS = [..." ▁▂▃▄▅▆▇█"];

/**
 * A distribution as one block character for each label, as high as the label is probable; an
 * eighth of a block stands for an eighth, and what is not zero by a hair shows as a space.
 */
export function distributionBar(probabilities: readonly number[]): string {
  return probabilities
    .map((p) => HEIGHTS[Math.round(Math.min(1, Math.max(0, p)) * (HEIGHTS.length - 1))] ?? " ")
    .join("");
}
