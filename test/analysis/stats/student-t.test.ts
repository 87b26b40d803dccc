import { describe, expect, it } from "vitest";
import { studentQuantile, studentTwoSided } from "../../../src/analysis/stats/student-t.ts";
import { COMPARISON_REFERENCE } from "../compare/scipy.ts";

describe("Student's t", () => {
  it("has scipy's two-sided p", () => {
    const { studentTwoSided: cases } = COMPARISON_REFERENCE;
    expect(cases.length).toBeGreaterThan(30);
    for (const { t, df, p } of cases) {
      const own = studentTwoSided(t, df);
      expect(Math.abs(own - p), `t ${t}, df ${df}`).toBeLessThanOrEqual(1e-11 * p);
      expect(studentTwoSided(-t, df)).toBe(own);
    }
  });

  it("has scipy's quantiles", () => {
    for (const { share, df, t } of COMPARISON_REFERENCE.studentQuantile) {
      const own = studentQuantile(share, df);
      expect(Math.abs(own - t), `share ${share}, df ${df}`).toBeLessThanOrEqual(1e-9 * (1 + t));
    }
  });

  it("is not defined without degrees of freedom", () => {
    expect(studentTwoSided(1, 0)).toBeNaN();
    expect(studentTwoSided(Number.NaN, 3)).toBeNaN();
    expect(studentTwoSided(Number.POSITIVE_INFINITY, 3)).toBe(0);
  });
});
