import { expect, it } from "vitest";
import { krippendorffAlpha, quadraticKappa } from "../../../src/analysis/stats/rater-agreement.ts";

it("alpha of Krippendorff's example with four observers is his", () => {
  // K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), example C: 0.849.
  const observers = ["123321412***", "1233224125*3", "*3332342251*", "12332441251*"];
  const units = Array.from({ length: 12 }, (_, unit) =>
    observers.flatMap((marks) => (marks[unit] === "*" ? [] : [Number(marks[unit])])),
  );
  expect(krippendorffAlpha(units)).toBeCloseTo(0.8491, 4);
});

it("alpha is 1 where all agree, and little where they agree no more than by chance", () => {
  expect(
    krippendorffAlpha([
      [1, 1],
      [3, 3],
      [5, 5, 5],
    ]),
  ).toBe(1);
  expect(
    krippendorffAlpha([
      [1, 2],
      [2, 1],
      [1, 1],
      [2, 2],
    ]),
  ).toBeCloseTo(0.125, 12);
});

it("alpha is undefined without a unit that two rated, or without any difference", () => {
  expect(krippendorffAlpha([[1], [2], []])).toBeNull();
  expect(
    krippendorffAlpha([
      [2, 2],
      [2, 2],
    ]),
  ).toBeNull();
});

it("kappa weighs differences by their square, against what chance gives", () => {
  // Σ (a − b)² / n = 0.5; Σ_ij (a_i − b_j)² / n² = 3.5.
  expect(quadraticKappa([1, 2, 3, 4], [1, 3, 3, 5])).toBeCloseTo(1 - 0.5 / 3.5, 12);
  expect(quadraticKappa([1, 2], [1, 2])).toBe(1);
  expect(quadraticKappa([1, 2], [2, 1])).toBe(-1);
});

it("kappa is undefined without units, or where both always say the same", () => {
  expect(quadraticKappa([], [])).toBeNull();
  expect(quadraticKappa([3, 3], [3, 3])).toBeNull();
});
