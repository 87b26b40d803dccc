import { expect, it } from "vitest";
import { itemDistributions } from "../../../src/scoring/score/item-distributions.ts";
import { flatNodes } from "../../support/node-logits.ts";

const SCALE = { values: [1, 2, 3], layerCount: 2 };

const ITEM = {
  nodes: flatNodes(
    [null, [0, 0, 0], [0, Math.log(2), Math.log(5)]],
    [null, [-100, 100, -100], [0, 0, 0]],
  ),
  probabilities: [0.5, 0.25, 0.25],
};

it("each layer has the softmax of its logits and its expectation, the score its own", () => {
  const { layers, aggregated } = itemDistributions(ITEM, SCALE);
  expect(layers[0]).toBeNull();
  expect(layers[1]?.expectation).toBeCloseTo(2, 12);
  const [least, middle, most] = Array.from(layers[2]?.probabilities ?? []);
  // What float32 logits hold of 2 and 5.
  const [two = 0, five = 0] = [2, 5].map((odds) => Math.exp(Math.fround(Math.log(odds))));
  const total = 1 + two + five;
  expect([least, middle, most]).toEqual(
    [1, two, five].map((odds) => expect.closeTo(odds / total, 12)),
  );
  expect(layers[2]?.expectation).toBeCloseTo((1 + 2 * two + 3 * five) / total, 12);
  expect(aggregated).toEqual({ probabilities: ITEM.probabilities, expectation: 1.75 });
});

it("the other projection is read where it is asked for", () => {
  const { layers } = itemDistributions(ITEM, SCALE, "raw");
  expect(layers[1]?.expectation).toBeCloseTo(2, 12);
  expect(Array.from(layers[2]?.probabilities ?? [])).toEqual([1 / 3, 1 / 3, 1 / 3]);
});
