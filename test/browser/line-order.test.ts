import { describe, expect, it } from "vitest";
import { LineOrder } from "../../src/browser/line-order.ts";

const TABLE = {
  lines: 5,
  records: ["r10", "R9", "Räuber"],
  recordOf: Int32Array.of(0, 0, 1, 1, 2),
  criteria: ["a", "b"],
  criterionOf: Int32Array.of(0, 1, 0, 1, 0),
  systems: ["north", "south"],
  systemOf: Int32Array.of(0, 0, 1, 1, -1),
  human: Float64Array.of(3, Number.NaN, 1, 3, 2),
  responseLength: Float64Array.of(5, 4, 3, 2, 1),
  scoreMass: Float32Array.of(1, 1, 1, 1, 1),
};
const ALL = { criterion: null, search: "" };

function lines(column: string, descending = false, filter: Partial<typeof ALL> = {}) {
  const order = new LineOrder(TABLE);
  const score = Float64Array.of(0.1, 0.3, -0.2, 0.3, 0);
  return Array.from(order.lines({ column, descending }, { ...ALL, ...filter }, { score }));
}

describe("LineOrder", () => {
  it("sorts by a figure; equal lines keep their order, whichever way", () => {
    expect(lines("score")).toEqual([2, 4, 0, 1, 3]);
    expect(lines("score", true)).toEqual([1, 3, 0, 4, 2]);
  });

  it("puts lines without a figure last, whichever way", () => {
    expect(lines("human")).toEqual([2, 4, 0, 3, 1]);
    expect(lines("human", true)).toEqual([0, 3, 4, 2, 1]);
  });

  it("takes digits in ids as numbers", () => {
    expect(lines("record")).toEqual([2, 3, 0, 1, 4]);
    expect(lines("system")).toEqual([0, 1, 2, 3, 4]);
  });

  it("leaves the run's order where a column is none", () => {
    expect(lines("run")).toEqual([0, 1, 2, 3, 4]);
  });

  it("finds parts of ids and of systems' names in whatever case", () => {
    expect(lines("run", false, { search: " r1" })).toEqual([0, 1]);
    expect(lines("run", false, { search: "RÄU" })).toEqual([4]);
    expect(lines("run", false, { search: "south" })).toEqual([2, 3]);
    expect(lines("run", false, { search: "nothing" })).toEqual([]);
  });

  it("filters by criterion", () => {
    expect(lines("score", true, { criterion: 1 as never })).toEqual([1, 3]);
  });
});
