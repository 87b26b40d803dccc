import { describe, expect, it } from "vitest";
import { parseWeights } from "../../../src/scoring/weights/parse-weights.ts";
import type { ProbeWeights, Weights } from "../../../src/scoring/weights/weights-format.ts";
import { LAGER, LINEAR } from "./example-weights.ts";

const PLACE = { file: "w.json" };
const { layerWeights: _, ...probeBase } = LINEAR;
const PROBE: ProbeWeights = {
  ...probeBase,
  recipe: "probe",
  layerSet: { spec: "2", layers: [2] },
  parameters: {
    hiddenSize: 3,
    criteria: {},
    pooled: { offset: 1, coefficients: [1, 2, 3, 0.5] },
  },
};

function read(weights: Weights, change: (copy: Record<string, never>) => void = () => {}): Weights {
  const copy = JSON.parse(JSON.stringify(weights));
  change(copy);
  return parseWeights(copy, PLACE);
}

describe("parseWeights", () => {
  it("gives back what was written, of every recipe", () => {
    for (const weights of [
      LINEAR,
      { ...LAGER, condition: "direct" as const },
      PROBE,
      { ...LINEAR, recipe: "consensus" as const },
    ]) {
      expect(read(weights)).toEqual(weights);
    }
    const unlabelled = { ...LINEAR, validation: null, outOfFold: null };
    expect(read(unlabelled)).toEqual(unlabelled);
  });

  it.each<[string, string, unknown]>([
    ["kind", "kind", "run"],
    ["schema", "schema", 1],
    ["recipe", "recipe", "magic"],
    ["projection", "projection", "cooked"],
    ["judge.layers", "judge.layers", 0],
    ["layerSet.layers", "layerSet.layers", [1, 3]],
    ["layerSet.layers", "layerSet.layers", []],
    ["values", "values", [1, 2]],
    ["layerWeights", "layerWeights", [1]],
    ["parameters.criteria.clarity.coefficients", "parameters.criteria.clarity.coefficients", [1]],
    ["parameters.pooled", "parameters.pooled", null],
    ["training.humanRange.clarity.max", "training.humanRange.clarity.max", "much"],
    ["training.options.pool", "training.options.pool", {}],
    ["validation.methods.0.spearman.low", "validation.methods.0.spearman.low", null],
    ["outOfFold.scores", "outOfFold.scores", [1]],
  ])("names a wrong %s", (field, path, value) => {
    const spoil = (copy: Record<string, never>): void => {
      const steps = path.split(".");
      const last = steps.pop() ?? "";
      let at: Record<string, unknown> = copy;
      for (const step of steps) at = at[step] as Record<string, unknown>;
      at[last] = value;
    };
    expect(() => read(LINEAR, spoil)).toThrow(
      expect.objectContaining({ code: "INVALID_WEIGHTS", place: { ...PLACE, field } }),
    );
  });

  it("asks of a probe one coefficient a number of the hidden state, and one for the e-score", () => {
    expect(() => read({ ...PROBE, parameters: { ...PROBE.parameters, hiddenSize: 2 } })).toThrow(
      expect.objectContaining({ place: { ...PLACE, field: "parameters.pooled.coefficients" } }),
    );
  });
});
