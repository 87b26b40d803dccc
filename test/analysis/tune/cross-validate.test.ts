import { describe, expect, it } from "vitest";
import { outOfFold, roundsOf, rowFolds } from "../../../src/analysis/tune/cross-validate.ts";
import type { Learner } from "../../../src/analysis/tune/recipes.ts";
import { trainingSet } from "../../../src/analysis/tune/training-set.ts";
import { madeUpTable, noisyLayers } from "../../fixtures/made-up-run.ts";

const RUN = madeUpTable(30, { layers: noisyLayers() });
// Every second record belongs to the one before it.
const SET = trainingSet(RUN, { projection: "normed", layers: [1, 2] });

describe("cross-validation", () => {
  it("scores every row by what was learned without its group", async () => {
    const foldOf = rowFolds(SET, 5, 42);
    const seen: number[] = [];
    const learner: Learner = async (rows) => {
      const groups = new Set(Array.from(rows, (row) => SET.groupOf[row]));
      return {
        layerWeights: new Float64Array(),
        chosen: {},
        predict: (asked) => {
          expect([...asked].filter((row) => groups.has(SET.groupOf[row]))).toEqual([]);
          seen.push(...asked);
          return Float64Array.from(asked);
        },
      };
    };
    const scores = await outOfFold(SET, learner, roundsOf(foldOf, 5));
    expect([...scores]).toEqual([...SET.lines.keys()]);
    expect(seen.sort((a, b) => a - b)).toEqual([...SET.lines.keys()]);
  });

  it("learns from no other rows than may be learned from, and scores them all", () => {
    const rounds = roundsOf(Int32Array.of(0, 1, 0, 1), 2, (row) => row !== 2);
    expect(rounds.map(({ training }) => [...training])).toEqual([[1, 3], [0]]);
    expect(rounds.map(({ heldOut }) => [...heldOut])).toEqual([
      [0, 2],
      [1, 3],
    ]);
  });

  it("asks for as many groups as folds", () => {
    expect(() => rowFolds(SET, 16, 42)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });
});
