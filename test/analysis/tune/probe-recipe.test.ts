import { describe, expect, it } from "vitest";
import { factorise, logDeterminant, solveFactored } from "../../../src/analysis/tune/cholesky.ts";
import { probeLearner } from "../../../src/analysis/tune/probe-recipe.ts";
import { probeStates } from "../../../src/analysis/tune/probe-states.ts";
import { trainingSet } from "../../../src/analysis/tune/training-set.ts";
import { tune } from "../../../src/analysis/tune/tune.ts";
import { applyWeights } from "../../../src/scoring/score/apply-weights.ts";
import { parseWeights } from "../../../src/scoring/weights/parse-weights.ts";
import { formatWeights } from "../../../src/scoring/weights/weights-format.ts";
import { madeUpTable, noisyLayers } from "../../fixtures/made-up-run.ts";
import { madeUpHidden, WIDTH } from "./made-up-hidden.ts";

const LAYERS = [1, 3];

const RUN = madeUpTable(60, { layers: noisyLayers(0) });
const OPTIONS = { recipe: "probe", hidden: madeUpHidden(RUN) } as const;

describe("tune with the recipe probe", () => {
  it("finds what the logits do not show, and gives the same file twice", async () => {
    const weights = await tune(RUN, OPTIONS);
    expect(weights).toMatchObject({ recipe: "probe", layerSet: { spec: "1,3", layers: LAYERS } });
    const [own, uniform, eScore] = weights.validation?.methods ?? [];
    expect(own?.spearman.value).toBeGreaterThan((eScore?.spearman.value ?? 1) + 0.2);
    // Equal weights are those of the run's own layers.
    const layers = await tune(RUN, { recipe: "ridge", allowWorse: true });
    expect(uniform).toEqual(layers.validation?.methods[1]);
    const text = formatWeights(weights);
    expect(formatWeights(await tune(RUN, OPTIONS))).toBe(text);
    expect(formatWeights(parseWeights(JSON.parse(text), {}))).toBe(text);
  });

  it("says what is missing or too much", async () => {
    const { hidden: _, ...bare } = OPTIONS;
    await expect(tune(RUN, bare)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(tune(RUN, { ...OPTIONS, layers: "1,2" })).rejects.toMatchObject({
      code: "CAPTURE_INCOMPLETE",
      message: expect.stringContaining("layer 2"),
    });
    const wide = { ...madeUpHidden(RUN), width: 2e6 };
    await expect(tune(RUN, { ...OPTIONS, hidden: wide })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining("1.8 GiB"),
    });
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(tune(RUN, { ...OPTIONS, signal })).rejects.toMatchObject({ code: "ABORTED" });
  });
});

describe("probeLearner", () => {
  const set = trainingSet(RUN, { projection: "normed", layers: [1, 2, 3, 4] });
  const every = Int32Array.from(set.lines, (_, row) => row);

  it("predicts what its linear functions give for the same states", async () => {
    const hidden = madeUpHidden(RUN);
    const learner = probeLearner(set, await probeStates(set, hidden, [3], 1), {});
    const learned = await learner(every.filter((row) => row % 5 !== 0));
    const predicted = learned.predict(every);
    const weights = { ...(await tune(RUN, { ...OPTIONS, layers: "3" })) };
    if (weights.recipe !== "probe" || learned.maps === undefined) throw new Error("no probe");
    const own = { ...weights, parameters: { ...learned.maps(), hiddenSize: WIDTH } };
    const nodesOf = (line: number) =>
      RUN.nodes.map(({ normed, raw, ...node }) => {
        const [start, end] = [line * 5 * 3, (line + 1) * 5 * 3];
        return { ...node, normed: normed.slice(start, end), raw: raw.slice(start, end) };
      });
    for (const row of [0, 1, 50, 119]) {
      const line = set.lines[row] ?? 0;
      const states = await hidden.read(line);
      const { score } = applyWeights(own, {
        criterion: RUN.criteria[RUN.criterionOf[line] ?? 0] ?? "",
        nodes: nodesOf(line),
        hidden: { layers: [3], width: WIDTH, states: states.subarray(WIDTH) },
      });
      expect(score).toBeCloseTo(predicted[row] ?? Number.NaN, 5);
    }
  });

  it("is ridge regression averaged by its evidence, computed by features instead of rows", async () => {
    const states = await probeStates(set, madeUpHidden(RUN), [3], 1);
    // Rows of one criterion alone, so that its own and the common weights are one: twice the prior.
    const rows = every.filter((row) => set.criterionOf[row] === 0);
    const predicted = (await probeLearner(set, states, {})(rows)).predict(rows);
    const standard = (values: Float64Array) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      const deviation = Math.sqrt(square / values.length);
      return { mean, deviation, values: values.map((value) => (value - mean) / deviation) };
    };
    const targets = standard(Float64Array.from(rows, (row) => set.targets[row] ?? 0));
    const e = standard(Float64Array.from(rows, (row) => set.eScores[row] ?? 0)).values;
    const rest = targets.values.map((y, i) => y - 0.5 * (e[i] ?? 0));
    const features = Array.from(rows, (row, i) => [
      ...Array.from(
        states.features.subarray(row * WIDTH, (row + 1) * WIDTH),
        (x) => x * Math.SQRT2,
      ),
      e[i] ?? 0,
    ]);
    const size = WIDTH + 1;
    const product = Float64Array.from({ length: size }, (_, k) =>
      features.reduce((sum, x, i) => sum + (x[k] ?? 0) * (rest[i] ?? 0), 0),
    );
    const fits = [0.3, 1, 3, 10, 30, 100, 1_000].map((strength) => {
      const prior = (k: number) => (k === WIDTH ? 300 : strength);
      const matrix = new Float64Array(size * size);
      for (let k = 0; k < size; k++) {
        for (let l = 0; l < size; l++) {
          const sum = features.reduce((total, x) => total + (x[k] ?? 0) * (x[l] ?? 0), 0);
          matrix[k * size + l] = sum + (k === l ? prior(k) : 0);
        }
      }
      const factor = factorise(matrix);
      const weights = solveFactored(factor, product);
      const explained = weights.reduce((sum, weight, k) => sum + weight * (product[k] ?? 0), 0);
      const square = rest.reduce((sum, value) => sum + value * value, 0) - explained;
      const determinant = logDeterminant(factor) - WIDTH * Math.log(strength) - Math.log(300);
      return { weights, evidence: -0.5 * (rows.length * Math.log(square) + determinant) };
    });
    const most = Math.max(...fits.map(({ evidence }) => evidence));
    const shares = fits.map(({ evidence }) => Math.exp(0.3 * (evidence - most)));
    const total = shares.reduce((sum, share) => sum + share, 0);
    for (const [i, x] of features.entries()) {
      const score = fits.reduce(
        (sum, { weights }, f) =>
          sum +
          ((shares[f] ?? 0) / total) *
            weights.reduce((s, weight, k) => s + weight * (x[k] ?? 0), 0),
        0.5 * (e[i] ?? 0),
      );
      const expected = Math.min(3, Math.max(1, targets.mean + targets.deviation * score));
      expect(predicted[i]).toBeCloseTo(expected, 6);
    }
  });
});
