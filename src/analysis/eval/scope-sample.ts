import type { UndefinedReason } from "../stats/estimate.ts";

/** What of a method's figures in a scope is no correlation. */
export interface ScopeSample {
  /** What was correlated: lines, or systems. */
  n(scores: Float64Array): number;
  /** Lines, or systems, for which the method has no score. */
  withoutScore(scores: Float64Array): number;
  /** Mean |score − human|; null where there is none. */
  meanAbsoluteError(scores: Float64Array): number | null;
  /** Why the correlation is undefined, where it is. */
  reason(scores: Float64Array): UndefinedReason;
}

/**
 * A scope of single lines.
 *
 * @param lines Lines with a human score.
 * @param scored All scored lines.
 * @param lineCount Lines that failed too.
 */
export function lineSample(
  human: Float64Array,
  lines: Int32Array,
  scored: Int32Array,
  lineCount: number,
): ScopeSample {
  return {
    n: (scores) => countScored(scores, lines),
    withoutScore: (scores) => lineCount - countScored(scores, scored),
    meanAbsoluteError: (scores) => meanAbsoluteError(scores, human, lines),
    reason(scores) {
      const own = lines.filter((line) => !Number.isNaN(scores[line]));
      if (own.length < 2) return "too-few-items";
      const first = scores[own[0] as number];
      return own.every((line) => scores[line] === first) ? "constant-scores" : "constant-human";
    },
  };
}

/**
 * A scope of means over systems.
 *
 * @param lines Lines with a human score and a system.
 */
export function systemSample(systemOf: Int32Array, lines: Int32Array): ScopeSample {
  const systems = new Set(Array.from(lines, (line) => systemOf[line])).size;
  const n = (scores: Float64Array): number => {
    const own = lines.filter((line) => !Number.isNaN(scores[line]));
    return new Set(Array.from(own, (line) => systemOf[line])).size;
  };
  return {
    n,
    withoutScore: (scores) => systems - n(scores),
    meanAbsoluteError: () => null,
    reason: (scores) => (n(scores) < 2 ? "too-few-items" : "constant-scores"),
  };
}

/** The mean over criteria: counts are sums, and one criterion without a figure leaves none. */
export function meanSample(whole: ScopeSample, criteria: number): ScopeSample {
  return {
    n: whole.n,
    withoutScore: whole.withoutScore,
    meanAbsoluteError: whole.meanAbsoluteError,
    reason: () => (criteria === 0 ? "too-few-items" : "undefined-in-a-criterion"),
  };
}

function countScored(scores: Float64Array, lines: Int32Array): number {
  let count = 0;
  for (let i = 0; i < lines.length; i++) if (!Number.isNaN(scores[lines[i] as number])) count++;
  return count;
}

function meanAbsoluteError(
  scores: Float64Array,
  human: Float64Array,
  lines: Int32Array,
): number | null {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as number;
    const error = Math.abs((scores[line] as number) - (human[line] as number));
    if (Number.isNaN(error)) continue;
    sum += error;
    count++;
  }
  return count === 0 ? null : sum / count;
}
