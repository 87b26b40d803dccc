import { LagerError } from "../../base/errors.ts";
import type { UndefinedReason } from "./estimate.ts";
import { averageRanks, sortOrder, tieGroups } from "./ranks.ts";

/** A correlation, −1…1, or why there is none. */
export type Correlation =
  | { readonly value: number }
  | { readonly value: null; readonly reason: UndefinedReason };

/** The rank and product-moment correlations that evaluations report. */
export const CORRELATIONS = ["spearman", "pearson", "kendall", "partialSpearman"] as const;

/** One of {@link CORRELATIONS}. */
export type CorrelationName = (typeof CORRELATIONS)[number];

/**
 * Pearson's r = Σ (x − x̄)(y − ȳ) / √(Σ (x − x̄)² · Σ (y − ȳ)²), in float64.
 *
 * @param scores x, of the method.
 * @param human y, of the same length.
 * @throws LagerError `INVALID_ARGUMENT` when the lengths differ.
 */
export function pearson(scores: ArrayLike<number>, human: ArrayLike<number>): Correlation {
  const reason = whyUndefined(scores, human);
  if (reason !== null) return { value: null, reason };
  const x = deviations(scores);
  const y = deviations(human);
  const value = dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
  return { value: Math.min(1, Math.max(-1, value)) };
}

/**
 * Spearman's ρ: Pearson's r of the ranks, in which equal values share the mean of their ranks.
 *
 * Parameters and errors as for {@link pearson}.
 */
export function spearman(scores: ArrayLike<number>, human: ArrayLike<number>): Correlation {
  const reason = whyUndefined(scores, human);
  if (reason !== null) return { value: null, reason };
  return pearson(averageRanks(scores), averageRanks(human));
}

/**
 * Spearman's ρ of scores and human scores given a third column, the control: what of their ranks agrees
 * beyond what the control's ranks say of both,
 *
 *     ρ(x, y | z) = (ρ_xy − ρ_xz ρ_yz) / √((1 − ρ_xz²)(1 − ρ_yz²)).
 *
 * @param control z, of the same length.
 * @returns `no-control` where z does not vary, is not finite, or ranks the items as x or y does.
 */
export function partialSpearman(
  scores: ArrayLike<number>,
  human: ArrayLike<number>,
  control: ArrayLike<number>,
): Correlation {
  const own = spearman(scores, human);
  if (own.value === null) return own;
  const value = partialOf(
    own.value,
    spearman(scores, control).value ?? Number.NaN,
    spearman(human, control).value ?? Number.NaN,
  );
  return Number.isNaN(value) ? { value: null, reason: "no-control" } : { value };
}

/** What rounding leaves of 1 − ρ² where two columns have the same ranks. */
const LEAST_REST = 1e-12;

/** The partial correlation of x and y given z; NaN where z says all of one of them. */
export function partialOf(xy: number, xz: number, yz: number): number {
  const rest = (1 - xz * xz) * (1 - yz * yz);
  if (!(1 - xz * xz > LEAST_REST && 1 - yz * yz > LEAST_REST)) return Number.NaN;
  return Math.min(1, Math.max(-1, (xy - xz * yz) / Math.sqrt(rest)));
}

/**
 * Kendall's τ-b = (C − D) / √((n₀ − n₁)(n₀ − n₂)): C concordant and D discordant pairs of all
 * n₀ = n(n − 1)/2, of which n₁ are equal in the score and n₂ in the human score.
 *
 * O(n log n), after Knight (1966): D is counted while merging.
 *
 * Parameters and errors as for {@link pearson}.
 */
export function kendall(scores: ArrayLike<number>, human: ArrayLike<number>): Correlation {
  const reason = whyUndefined(scores, human);
  if (reason !== null) return { value: null, reason };
  const n = scores.length;
  const order = sortOrder(scores);
  // Within equal scores by human score: such pairs are then in order, and not counted as discordant.
  let tiedScores = 0;
  let tiedBoth = 0;
  for (const [start, end] of tieGroups(scores, order)) {
    if (end - start === 1) continue;
    const group = order.subarray(start, end);
    group.sort((a, b) => (human[a] ?? Number.NaN) - (human[b] ?? Number.NaN));
    tiedScores += pairsIn(end - start);
    for (const [from, to] of tieGroups(human, group)) tiedBoth += pairsIn(to - from);
  }
  let tiedHuman = 0;
  for (const [from, to] of tieGroups(human, sortOrder(human))) tiedHuman += pairsIn(to - from);
  const discordant = inversions(Float64Array.from(order, (index) => human[index] ?? Number.NaN));
  const all = pairsIn(n);
  const concordantMinusDiscordant = all - tiedScores - tiedHuman + tiedBoth - 2 * discordant;
  const value =
    concordantMinusDiscordant / Math.sqrt(all - tiedScores) / Math.sqrt(all - tiedHuman);
  return { value: Math.min(1, Math.max(-1, value)) };
}

/** Why no correlation of these numbers exists; null when it does. */
function whyUndefined(scores: ArrayLike<number>, human: ArrayLike<number>): UndefinedReason | null {
  if (scores.length !== human.length) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `${scores.length} scores and ${human.length} human scores cannot be correlated`,
    );
  }
  if (!isAllFinite(scores) || !isAllFinite(human)) return "not-finite";
  if (scores.length < 2) return "too-few-items";
  if (isConstant(scores)) return "constant-scores";
  return isConstant(human) ? "constant-human" : null;
}

function isAllFinite(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}

function isConstant(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] ?? Number.NaN) * (y[i] ?? Number.NaN);
  return sum;
}

function pairsIn(n: number): number {
  return (n * (n - 1)) / 2;
}

/** Pairs i < j with values[i] > values[j], counted by a merge sort from below, which sorts `values`. */
function inversions(values: Float64Array<ArrayBuffer>): number {
  let from = values;
  let to = new Float64Array(values.length);
  let count = 0;
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length);
      const end = Math.min(start + 2 * width, values.length);
      let left = start;
      let right = middle;
      for (let k = start; k < end; k++) {
        const l = from[left] ?? Number.NaN;
        const r = from[right] ?? Number.NaN;
        if (left < middle && (right >= end || l <= r)) {
          to[k] = l;
          left++;
        } else {
          to[k] = r;
          right++;
          count += middle - left;
        }
      }
    }
    [from, to] = [to, from];
  }
  return count;
}

/**
 * Deviations from the mean as shares of the largest one, so that no square over- or underflows:
 * correlations do not change with the unit. All zero where the values are equal.
 */
export function deviations(values: ArrayLike<number>): Float64Array {
  const count = values.length;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i] as number;
  const mean = sum / count;
  const centred = new Float64Array(count);
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const deviation = (values[i] as number) - mean;
    centred[i] = deviation;
    largest = Math.max(largest, Math.abs(deviation));
  }
  if (largest === 0) return centred;
  for (let i = 0; i < count; i++) centred[i] = (centred[i] as number) / largest;
  return centred;
}
