import { expect, it } from "vitest";
import { flipsOf } from "../../src/browser/flips.ts";

it("a flip is where the favourite label becomes another; missing layers are none", () => {
  const low = [0.6, 0.4];
  const high = [0.1, 0.9];
  expect(flipsOf([null, low, low, null, high, low])).toEqual([
    { layer: 4, before: 0, after: 1 },
    { layer: 5, before: 1, after: 0 },
  ]);
  expect(flipsOf([low, [0.5, 0.5]])).toEqual([]);
  expect(flipsOf([null, null])).toEqual([]);
});
