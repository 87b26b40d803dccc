import { describe, expect, it } from "vitest";
import { parseWeights } from "../../../src/scoring/weights/parse-weights.ts";
import type { ProbeWeights, Weights } from "../../../src/scoring/weights/weights-format.ts";
import { KERNEL, LAGER, RIDGE } from "./example-weights.ts";

const PLACE = { file: "w.json" };
const { layerWeights: _, featureWeights: __, ...probeBase } = RIDGE;
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

function spoilDeviations(kernel: Record<string, unknown>): void {
  const { pooled } = kernel.standards as { pooled: { deviations: number[] } };
  pooled.deviations[3] = 0;
}

describe("parseWeights", () => {
  it("gives back what was written, of every recipe", () => {
    for (const weights of [RIDGE, { ...LAGER, condition: "direct" as const }, PROBE, KERNEL]) {
      expect(read(weights)).toEqual(weights);
    }
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
    ["featureWeights", "featureWeights", [1, 2]],
    ["validation", "validation", null],
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
    expect(() => read(RIDGE, spoil)).toThrow(
      expect.objectContaining({ code: "INVALID_WEIGHTS", place: { ...PLACE, field } }),
    );
  });

  it.each<[string, (kernel: Record<string, unknown>) => void]>([
    ["rows", (kernel) => Object.assign(kernel, { rows: [[1, 2, 3, 4, 5, 6], [1]] })],
    ["dual", (kernel) => Object.assign(kernel, { dual: [1] })],
    ["criterionOf", (kernel) => Object.assign(kernel, { criterionOf: [0, 1] })],
    ["standards.pooled.deviations", (kernel) => spoilDeviations(kernel)],
    ["gamma", (kernel) => Object.assign(kernel, { gamma: "wide" })],
  ])("names a wrong %s of a kernel", (field, spoil) => {
    const change = (copy: Record<string, unknown>): void =>
      spoil((copy.parameters as { kernel: Record<string, unknown> }).kernel);
    expect(() => read(KERNEL, change)).toThrow(
      expect.objectContaining({ place: { ...PLACE, field: `parameters.kernel.${field}` } }),
    );
  });

  it("asks of a probe one coefficient a number of the hidden state, and one for the e-score", () => {
    expect(() => read({ ...PROBE, parameters: { ...PROBE.parameters, hiddenSize: 2 } })).toThrow(
      expect.objectContaining({ place: { ...PLACE, field: "parameters.pooled.coefficients" } }),
    );
  });
});
