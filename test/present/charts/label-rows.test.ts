import { describe, expect, it } from "vitest";
import { labelRows, rowPosition } from "../../../src/present/charts/label-rows.ts";

const HUNDRED = Array.from({ length: 101 }, (_, value) => value);

describe("labelRows", () => {
  it("gives each label a row, the lowest first", () => {
    expect(labelRows(["poor", "fair"])).toEqual([
      { name: "poor", from: 0, to: 1 },
      { name: "fair", from: 1, to: 2 },
    ]);
  });

  it("puts labels of a long scale together, each into one row", () => {
    const rows = labelRows(HUNDRED.map(String));
    expect(rows).toHaveLength(21);
    expect(rows[0]).toEqual({ name: "0–4", from: 0, to: 5 });
    expect(rows.at(-1)).toEqual({ name: "100", from: 100, to: 101 });
    expect(rows.slice(1).every(({ from }, i) => from === rows[i]?.to)).toBe(true);
  });
});

describe("rowPosition", () => {
  it("is between the rows of the labels around a value, whatever their distance", () => {
    expect(rowPosition(1, [1, 2, 10])).toBe(0);
    expect(rowPosition(10, [1, 2, 10])).toBe(2);
    expect(rowPosition(6, [1, 2, 10])).toBe(1.5);
  });

  it("is the middle of a row for the middle of its labels", () => {
    expect(rowPosition(2, HUNDRED)).toBe(0);
    expect(rowPosition(97, HUNDRED)).toBe(19);
  });

  it("is nowhere outside of the scale", () => {
    expect(rowPosition(0.9, [1, 2, 10])).toBeNull();
    expect(rowPosition(10.1, [1, 2, 10])).toBeNull();
  });
});
