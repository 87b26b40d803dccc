import { describe, expect, it } from "vitest";
import { type LabelTree, labelTree } from "../../../src/input/tokens/label-tree.ts";

function shown({ nodes }: LabelTree): string[] {
  return nodes.map(({ prefix, outcomes }) => `${prefix.join(" ")} → ${outcomes.join(" ")}`);
}

describe("labelTree", () => {
  it("has one node for labels of one token each, with the outcomes in the labels' order", () => {
    const tree = labelTree([[9], [7], [8]]);
    expect(shown(tree)).toEqual([" → 9 7 8"]);
    expect(tree.isFlat).toBe(true);
  });

  it("has a node wherever two labels part, depth-first, and none where one token must follow", () => {
    const tree = labelTree([[1, 0], [2], [1, 5, 5, 3], [1, 5, 5, 4], [6, 7, 8]]);
    expect(shown(tree)).toEqual([" → 1 2 6", "1 → 0 5", "1 5 5 → 3 4"]);
    expect(tree.isFlat).toBe(false);
  });

  it("says at each node which outcome a label goes through, −1 for labels elsewhere", () => {
    const tree = labelTree([[1, 9], [2], [1, 0], [1, 2]]);
    expect(tree.nodes.map(({ outcomeOf }) => [...outcomeOf])).toEqual([
      [0, 1, 0, 0],
      [0, -1, 1, 2],
    ]);
  });

  it("has eleven nodes for 0–100 in digits", () => {
    const end = 99;
    const tree = labelTree(
      Array.from({ length: 101 }, (_, label) => {
        const digits = Array.from(String(label), Number);
        return (label > 0 && label < 10) || label === 10 ? [...digits, end] : digits;
      }),
    );
    const node = (prefix: string, ...outcomes: number[]) => `${prefix} → ${outcomes.join(" ")}`;
    const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(shown(tree)).toEqual([
      node("", ...digits),
      node("1", end, ...digits),
      node("1 0", end, 0),
      ...digits.slice(2).map((digit) => node(String(digit), end, ...digits)),
    ]);
  });

  it.each([
    ["a path that begins another", [[1], [1, 2]]],
    ["a path that stands twice", [[1, 2], [1, 2], [3]]],
    ["an empty path", [[], [1]]],
    ["a single path", [[1]]],
    ["no path", []],
  ])("refuses %s", (_, paths) => {
    expect(() => labelTree(paths)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  });
});
