import type { Estimate } from "../../analysis/stats/estimate.ts";

/** Fewer and more are not shown. */
const LEAST = 2;
const MOST = 5;

/**
 * Decimals with which a figure is shown: as many as tell two digits of its interval's width, since small
 * judges use a small part of the scale.
 */
export function estimateDecimals({ low, high }: Estimate): number {
  const width = low === null || high === null ? 0 : high - low;
  if (!(width > 0)) return LEAST;
  return Math.min(MOST, Math.max(LEAST, Math.ceil(-Math.log10(width)) + 1));
}
