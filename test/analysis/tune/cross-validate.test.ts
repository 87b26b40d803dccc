import { describe, expect, it } from "vitest";
import {
  outOfFold,
  roundsOf,
  rowFolds,
  validatedCurve,
} from "../../../src/analysis/tune/cross-validate.ts";
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

  it("checks few labels on rows that can be learned from alone, and draws whole records of them", async () => {
    const asked = new Set<number>();
    const learned: number[] = [];
    const learnsFrom = (row: number): boolean => row < 40;
    const learner: Learner = Object.assign(
      async (rows: Int32Array) => {
        learned.push(rows.length);
        expect([...rows].every(learnsFrom)).toBe(true);
        return {
          layerWeights: new Float64Array(),
          chosen: {},
          predict: (heldOut: Int32Array) => {
            for (const row of heldOut) asked.add(row);
            return Float64Array.from(heldOut);
          },
        };
      },
      { learnsFrom },
    );
    const rounds = roundsOf(rowFolds(SET, 5, 42), 5, learnsFrom);
    const [point] = await validatedCurve(SET, learner, rounds, 42);
    expect(point).toMatchObject({ labels: 20, records: 10 });
    expect(learned).toEqual(Array(25).fill(20));
    expect([...asked].sort((a, b) => a - b)).toEqual([...Array(40).keys()]);
  });

  it("asks for as many groups as folds", () => {
    expect(() => rowFolds(SET, 16, 42)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });
});
