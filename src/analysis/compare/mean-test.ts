import { clusteredMean } from "../stats/clustered-mean.ts";
import { studentQuantile, studentTwoSided } from "../stats/student-t.ts";

/** Power with which more records would settle a question. */
const POWER = 0.8;

/** A t test of a mean that is robust to groups. */
export interface MeanTest {
  /** NaN where there is no standard error, or none but 0. */
  readonly t: number;
  readonly df: number;
  /** Two-sided; null with fewer than two groups. */
  readonly p: number | null;
}

/**
 * Tests whether the mean of values in groups is `against`.
 *
 * @param sums By group, shape [groups].
 * @param counts Values of each group.
 */
export function meanTest(sums: Float64Array, counts: Float64Array, against = 0): MeanTest {
  const { mean, standardError, groups } = clusteredMean(sums, counts);
  const df = groups - 1;
  if (Number.isNaN(standardError)) return { t: Number.NaN, df, p: null };
  // Values that are all the same leave no doubt, whichever they are.
  if (standardError === 0) return { t: Number.NaN, df, p: mean === against ? 1 : 0 };
  const t = (mean - against) / standardError;
  return { t, df, p: studentTwoSided(t, df) };
}

/**
 * Values that are missing until such a mean and spread is settled in four of five cases:
 * n ((t_{1−α/2} + t_{0.8}) / t)² in all, both quantiles with today's degrees of freedom. Null where no
 * number would settle it.
 */
export function moreNeeded({ t, df }: MeanTest, n: number, alpha: number): number | null {
  if (t === 0 || !Number.isFinite(t) || df < 1) return null;
  const needed = studentQuantile(1 - alpha / 2, df) + studentQuantile(POWER, df);
  return Math.max(1, Math.ceil(n * (needed / t) ** 2 - n));
}
