import { describe, expect, it } from "vitest";
import { probeLearner } from "../../../src/analysis/tune/probe-recipe.ts";
import { probeStates } from "../../../src/analysis/tune/probe-states.ts";
import { trainingSet } from "../../../src/analysis/tune/training-set.ts";
import { madeUpTable, noisyLayers } from "../../fixtures/made-up-run.ts";
import { madeUpHidden, WIDTH } from "./made-up-hidden.ts";

describe("probeStates", () => {
  it("learns from whole records drawn at random when there are too many rows", async () => {
    const many = madeUpTable(1_200, { layers: noisyLayers() });
    const set = trainingSet(many, { projection: "normed", layers: [1] });
    const draw = (seed: number) => probeStates(set, madeUpHidden(many), [3], seed);
    const { placeOf, gram, features } = await draw(1);
    const drawn = [...placeOf.keys()].filter((row) => placeOf[row] !== -1);
    expect(drawn).toHaveLength(1_500);
    expect(drawn.map((row) => placeOf[row])).toEqual([...drawn.keys()]);
    expect(drawn.every((row) => placeOf[row ^ 1] !== -1)).toBe(true);
    const row = (place: number) => {
      const start = (drawn[place] ?? 0) * WIDTH;
      return [...features.subarray(start, start + WIDTH)];
    };
    const product = row(7).reduce((sum, value, k) => sum + value * (row(1_200)[k] ?? 0), 0);
    expect(gram[7 * 1_500 + 1_200]).toBeCloseTo(product, 12);
    const { learnsFrom } = probeLearner(set, await draw(1), {});
    expect([...placeOf.keys()].filter((each) => learnsFrom?.(each))).toEqual(drawn);
    expect((await draw(1)).placeOf).toEqual(placeOf);
    expect((await draw(2)).placeOf).not.toEqual(placeOf);
  });
});
