import { expect, test } from "vitest";
import { itemDistributions } from "../../../src/scoring/score/item-distributions.ts";

const ITEM = {
  logits: {
    normed: [null, [0, 0, 0], [0, Math.log(2), Math.log(5)]],
    raw: [null, [-100, 100, -100], [0, 0, 0]],
  },
  probabilities: [0.5, 0.25, 0.25],
};

test("each layer has the softmax of its logits and its expectation, the score its own", () => {
  const { layers, aggregated } = itemDistributions(ITEM, [1, 2, 3]);
  expect(layers[0]).toBeNull();
  expect(layers[1]?.expectation).toBeCloseTo(2, 12);
  const [least, middle, most] = Array.from(layers[2]?.probabilities ?? []);
  expect([least, middle, most]).toEqual([1 / 8, 2 / 8, 5 / 8].map((p) => expect.closeTo(p, 12)));
  expect(layers[2]?.expectation).toBeCloseTo(1 / 8 + 4 / 8 + 15 / 8, 12);
  expect(aggregated).toEqual({ probabilities: ITEM.probabilities, expectation: 1.75 });
});

test("the other projection is read where it is asked for", () => {
  const { layers } = itemDistributions(ITEM, [1, 2, 3], "raw");
  expect(layers[1]?.expectation).toBeCloseTo(2, 12);
  expect(Array.from(layers[2]?.probabilities ?? [])).toEqual([1 / 3, 1 / 3, 1 / 3]);
});
