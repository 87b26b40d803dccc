import { interval, signed } from "./table.mjs";

/**
 * A difference of agreements, and how it varies over resamples.
 *
 * @typedef {{value: number, resamples: Float64Array}} Gain
 */

/**
 * The plain mean of gains over runs with its 95 % interval, as text; says how many they are where
 * some runs have none.
 *
 * @param {readonly (Gain | undefined)[]} gains
 */
export function pooled(gains) {
  const known = gains.filter((gain) => gain !== undefined);
  if (known.length === 0) return "–";
  const value = known.reduce((sum, gain) => sum + gain.value, 0) / known.length;
  const resamples = Array.from(
    known[0]?.resamples ?? [],
    (_, i) => known.reduce((sum, gain) => sum + (gain.resamples[i] ?? 0), 0) / known.length,
  ).sort((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    value + (resamples[Math.round(share * (resamples.length - 1))] ?? Number.NaN);
  const count = known.length < gains.length ? ` (${known.length} runs)` : "";
  return `${interval({ value, low: at(0.025), high: at(0.975) }, { text: signed })}${count}`;
}

/**
 * Of two agreements, or means of them, on the same resamples: the one less the other.
 *
 * @param {Gain | undefined} one
 * @param {Gain | undefined} other
 * @returns {Gain | undefined}
 */
export function difference(one, other) {
  if (one === undefined || other === undefined) return undefined;
  return {
    value: one.value - other.value,
    resamples: one.resamples.map((each, i) => each - (other.resamples[i] ?? Number.NaN)),
  };
}

/**
 * The mean of several draws' agreements.
 *
 * @param {readonly import("../../../dist/analysis/tune/agreement.js").Agreement[]} draws
 * @returns {Gain}
 */
export function meanOf(draws) {
  const mean = (/** @type {readonly number[]} */ values) =>
    values.reduce((sum, each) => sum + each, 0) / values.length;
  return {
    value: mean(draws.map(({ spearman }) => spearman.value)),
    resamples: Float64Array.from(draws[0]?.resamples ?? [], (_, i) =>
      mean(draws.map(({ resamples }) => resamples[i] ?? 0)),
    ),
  };
}
