import { expect } from "vitest";
// Made by scripts/research/stats/scipy_reference.py.
import reference from "./scipy-reference.json" with { type: "json" };

/** What scipy and numpy give, each case with its numbers. */
export const SCIPY = reference;

/** The correlations' cases by name, as a table for `it.each`. */
export const CORRELATION_CASES = reference.correlations.map((each) => [each.name, each] as const);

/** What two orders of the same float64 sums may differ by. */
const TOLERANCE = 1e-12;

/** Expects the reference's number, or null where it has none. */
export function expectClose(actual: number | null, expected: number | null): void {
  if (expected === null || actual === null) expect(actual).toBe(expected);
  else expect(Math.abs(actual - expected)).toBeLessThanOrEqual(TOLERANCE);
}
