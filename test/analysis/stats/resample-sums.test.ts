import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../src/analysis/stats/random.ts";
import { resampleSums, type SumStatistic } from "../../../src/analysis/stats/resample-sums.ts";
import { planResamples } from "../../../src/analysis/stats/resampling-plan.ts";

const rest = async () => {};

function meanOf(values: readonly number[]): SumStatistic {
  return {
    columns: [Float64Array.from(values), Float64Array.from(values, () => 1)],
    figures: ([sum = 0, count = 0]) => [sum / count],
  };
}

function spread(deviations: Float64Array | undefined): number {
  const squares = deviations?.reduce((sum, deviation) => sum + deviation ** 2, 0) ?? 0;
  return Math.sqrt(squares / (deviations?.length ?? 0));
}

describe("statistics of sums", () => {
  it("vary over resamples as the standard error says, in one bag and in several", async () => {
    const random = seededRandom(5);
    for (const units of [400, 9000]) {
      const values = Array.from({ length: units }, random);
      const plan = planResamples(units, units, 2000, 7);
      expect(plan.bags.length).toBe(units === 400 ? 1 : 3);
      const [mean] = await resampleSums([meanOf(values)], plan, { seed: 7, rest });
      expect(mean?.figures[0]).toBeCloseTo(values.reduce((a, b) => a + b, 0) / units, 12);
      // Uniform on 0…1.
      const expected = Math.sqrt(1 / (12 * units));
      expect(spread(mean?.deviations[0]) / expected).toBeCloseTo(1, 0.9);
    }
  });

  it("are on the same resamples", async () => {
    const values = [1, 2, 5, 9];
    const plan = planResamples(4, 4, 50, 1);
    const negative = values.map((value) => -value);
    const [mean, other] = await resampleSums([meanOf(values), meanOf(negative)], plan, {
      ...{ seed: 1, rest },
    });
    const sums = mean?.deviations[0]?.map((one, i) => one + (other?.deviations[0]?.[i] ?? 9));
    expect(sums?.every((sum) => sum === 0)).toBe(true);
    expect(spread(mean?.deviations[0])).toBeGreaterThan(0.5);
  });
});
