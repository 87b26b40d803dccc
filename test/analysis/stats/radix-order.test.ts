import { describe, expect, it } from "vitest";
import { radixOrder } from "../../../src/analysis/stats/radix-order.ts";
import { seededRandom } from "../../../src/analysis/stats/random.ts";

/** So many are sorted by digits. */
const MANY = 5000;

function byComparison(values: Float64Array, indices: Int32Array): number[] {
  return Array.from(indices).sort((a, b) => (values[a] as number) - (values[b] as number));
}

describe("radixOrder", () => {
  const random = seededRandom(7);
  const drawn: Readonly<Record<string, () => number>> = {
    "scores on a scale": () => 1 + 4 * random(),
    "a few distinct numbers, with ties": () => Math.floor(random() * 5) - 2,
    "numbers of every size and sign": () => (random() - 0.5) * 10 ** Math.floor(random() * 40 - 20),
    "one number": () => 3,
    "zeros of both signs": () => (random() < 0.5 ? 0 : -0),
    "the ends of float64": () =>
      [Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, -Number.MIN_VALUE][
        Math.floor(random() * 4)
      ] as number,
  };

  it.each(Object.keys(drawn))("sorts %s as a stable comparison sort does", (name) => {
    for (const count of [0, 1, 100, MANY]) {
      const values = Float64Array.from({ length: count }, drawn[name] as () => number);
      const indices = Int32Array.from({ length: count }, (_, i) => i).filter((i) => i % 7 !== 3);
      const before = indices.slice();
      expect(Array.from(radixOrder(values, indices))).toEqual(byComparison(values, indices));
      expect(indices).toEqual(before);
    }
  });
});
