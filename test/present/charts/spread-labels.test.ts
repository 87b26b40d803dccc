import { expect, it } from "vitest";
import { spreadLabels } from "../../../src/present/charts/spread-labels.ts";

const at = (...ys: number[]) => ys.map((y, i) => ({ text: String(i), color: "", y }));
const placed = (...ys: number[]) => spreadLabels(at(...ys), 1).map(({ text, y }) => [text, y]);

it("labels that are apart stay where they are, in the order of their height", () => {
  expect(placed(5, 1)).toEqual([
    ["1", 1],
    ["0", 5],
  ]);
});

it("labels that touch move apart around their middle, and push others on", () => {
  expect(placed(1, 1)).toEqual([
    ["0", 0.5],
    ["1", 1.5],
  ]);
  expect(placed(0, 0.25, 0.5)).toEqual([
    ["0", -0.75],
    ["1", 0.25],
    ["2", 1.25],
  ]);
});
