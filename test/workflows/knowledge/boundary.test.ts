import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../src/analysis/stats/random.ts";
import {
  boundaryAuroc,
  boundaryFigures,
  thresholdSweep,
} from "../../../src/workflows/knowledge/boundary.ts";
import { methodKnowledge } from "../../../src/workflows/knowledge/method-knowledge.ts";

const SCALE = { min: 1, max: 5 };
const OPTIONS = { tau: 0.75, range: "scale" } as const;
const ASKED = {
  scores: [1, 2, 4, 4.5, 3, 5, 4, 4.2],
  answerable: [false, false, false, false, true, true, true, true],
};

describe("the boundary", () => {
  it("calls unanswerable what is at or below min + τ (max − min)", () => {
    // 1, 2, 4 (and 4, 3 of the answerable ones) are at or below 4.
    expect(boundaryFigures(ASKED, SCALE, 0.75)).toEqual({
      tau: 0.75,
      threshold: 4,
      precision: 3 / 5,
      recall: 3 / 4,
      f1: expect.closeTo((2 * 0.6 * 0.75) / (0.6 + 0.75), 12),
      accuracy: 5 / 8,
      called: 5,
    });
  });

  it("has no figure where there is nothing to count", () => {
    expect(boundaryFigures(ASKED, SCALE, -1)).toMatchObject({ precision: null, recall: 0, f1: 0 });
    const known = { scores: [1, 5], answerable: [true, true] };
    expect(boundaryFigures(known, SCALE, 0.5)).toMatchObject({
      precision: 0,
      recall: null,
      f1: null,
    });
    expect(boundaryAuroc(known)).toBeNull();
  });

  it("has the AUROC that counting all pairs gives", () => {
    const random = seededRandom(3);
    for (let round = 0; round < 20; round++) {
      const count = 2 + Math.floor(random() * 30);
      // Rounded, so that there are ties.
      const scores = Array.from({ length: count }, () => Math.round(random() * 8) / 2);
      const answerable = scores.map((_, i) => (i < 2 ? i === 0 : random() < 0.5));
      let pairs = 0;
      let won = 0;
      for (const [i, low] of scores.entries()) {
        for (const [k, high] of scores.entries()) {
          if (answerable[i] !== false || answerable[k] !== true) continue;
          pairs++;
          won += low < high ? 1 : low === high ? 0.5 : 0;
        }
      }
      expect(boundaryAuroc({ scores, answerable })).toBeCloseTo(won / pairs, 12);
    }
  });

  it("is swept over the whole scale", () => {
    const sweep = thresholdSweep(ASKED, SCALE, 4);
    expect(sweep.map(({ threshold }) => threshold)).toEqual([1, 2, 3, 4, 5]);
    expect(sweep.map(({ called }) => called)).toEqual([1, 2, 3, 5, 8]);
    expect(sweep[3]).toEqual(boundaryFigures(ASKED, SCALE, 0.75));
  });

  it("has intervals around its figures, the same each time", () => {
    const result = methodKnowledge("lager", ASKED, SCALE, OPTIONS);
    expect(methodKnowledge("lager", ASKED, SCALE, OPTIONS)).toEqual(result);
    for (const { value, low, high } of [result.f1, result.auroc]) {
      if (value === null || low === null || high === null) throw new Error("no interval");
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
    }
    expect(result.auroc.value).toBe(boundaryAuroc(ASKED));
  });

  it("may lie within the scores instead of the scale", () => {
    const scores = ASKED.scores.map((score) => 3 + score / 10);
    const squeezed = { ...ASKED, scores };
    const { at, atObserved } = methodKnowledge("m", squeezed, SCALE, OPTIONS);
    expect(at.called).toBe(8);
    // What matters is the order of the scores alone.
    expect(atObserved).toMatchObject({ called: 5, precision: 3 / 5, recall: 3 / 4 });
    expect(atObserved.threshold).toBeCloseTo(3.4);
    const observed = methodKnowledge("m", squeezed, SCALE, { ...OPTIONS, range: "observed" });
    expect(observed.at).toEqual(atObserved);
  });
});
