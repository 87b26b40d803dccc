import { describe, expect, it } from "vitest";
import {
  dot,
  factorise,
  logDeterminant,
  solveFactored,
} from "../../../src/analysis/tune/cholesky.ts";
import { kernelLearner } from "../../../src/analysis/tune/kernel-recipe.ts";
import { featureReader } from "../../../src/analysis/tune/row-features.ts";
import { trainingSet } from "../../../src/analysis/tune/training-set.ts";
import { tune } from "../../../src/analysis/tune/tune.ts";
import { applyWeights } from "../../../src/scoring/score/apply-weights.ts";
import type { KernelWeights } from "../../../src/scoring/weights/weights-format.ts";
import { madeUpScores, madeUpTable, noisyLayers } from "../../fixtures/made-up-run.ts";

const LAYERS = noisyLayers();
const RUN = madeUpTable(24, { layers: LAYERS });
const SET = trainingSet(RUN, { projection: "normed", layers: [1, 2, 3, 4] });
const EVERY = Int32Array.from(SET.lines.keys());
const LEARNED = EVERY.filter((row) => row < 36);
const REST = EVERY.filter((row) => row >= 36);

/** A column less its mean over some rows, over its deviation over all, by criterion. */
function standard(values: readonly number[], means: Int32Array): number[] {
  return values.map((value, row) => {
    const same = (other: number) => SET.criterionOf[other] === SET.criterionOf[row];
    const mean = (rows: Int32Array) =>
      rows.reduce((sum, each) => sum + (values[each] ?? 0), 0) / rows.length;
    const all = EVERY.filter(same);
    const center = mean(all);
    const square = all.reduce((sum, each) => sum + ((values[each] ?? 0) - center) ** 2, 0);
    const deviation = Math.sqrt(square / all.length);
    // Below that, the logits' float32 roundings are all that varies.
    return (value - mean(means.filter(same))) / (deviation < 1e-4 ? 1 : deviation);
  });
}

/** What of the recipe's documentation a plain reading makes, one covariance a strength and prior. */
function byTheFormula(): number[] {
  const reader = featureReader(SET);
  const features: number[][] = [];
  const logits: number[][] = [];
  for (const line of SET.lines) {
    reader.read(line);
    features.push([...reader.features]);
    logits.push([...reader.logits]);
  }
  const columns = (table: number[][], means: Int32Array): number[][] =>
    (table[0] ?? []).map((_, k) =>
      standard(
        table.map((row) => row[k] ?? 0),
        means,
      ),
    );
  const u = columns(logits, EVERY).map((column) => column.map((v) => Number(v.toFixed(3))));
  const [learning, scoring] = [columns(features, LEARNED), columns(features, EVERY)];
  const at = (table: number[][], row: number) => Float64Array.from(table, (c) => c[row] ?? 0);
  const kernel = (i: number, j: number, from: number[][]): number => {
    const distance = u.reduce((sum, c) => sum + ((c[i] ?? 0) - (c[j] ?? 0)) ** 2, 0);
    const bent = 2 * 4 * Math.exp(-distance / (2 * 0.7 ** 2 * 4 * 3));
    const share = SET.criterionOf[i] === SET.criterionOf[j] ? 2 : 1;
    return share * (dot(at(from, i), at(learning, j)) + bent);
  };
  const learnedRows = [...LEARNED];
  const spread = (rows: Int32Array) => (row: number) => {
    const own = rows.filter((each) => SET.criterionOf[each] === SET.criterionOf[row]);
    const center = own.reduce((sum, each) => sum + (SET.targets[each] ?? 0), 0) / own.length;
    const square = own.reduce((sum, each) => sum + ((SET.targets[each] ?? 0) - center) ** 2, 0);
    return { center, spread: Math.sqrt(square / own.length) };
  };
  const y = Float64Array.from(learnedRows, (row) => {
    const of = spread(LEARNED)(row);
    return ((SET.targets[row] ?? 0) - of.center) / of.spread;
  });
  const fits: { scores: number[]; evidence: number }[] = [];
  for (const lambda of [30, 100, 300, 1e3, 3e3, 1e4, 3e4, 1e5]) {
    for (const [belief, share] of [
      [[1, 0, 0], 3],
      [[1, 1, 0], 1],
      [[1, 0, 1], 1],
      [[0, 0, 0], 1],
    ] as const) {
      const raw = (table: number[][], row: number) =>
        belief.reduce<number>((sum, weight, b) => sum + weight * (table.at(b - 3)?.[row] ?? 0), 0);
      const norm = Math.sqrt(
        learnedRows.reduce((sum, row) => sum + raw(learning, row) ** 2, 0) / learnedRows.length,
      );
      const scale = norm > 0 ? 1 / norm : 1;
      const e = learnedRows.map((row) => scale * raw(learning, row));
      const covariance = Float64Array.from(
        learnedRows.flatMap((i, a) =>
          learnedRows.map(
            (j, b) =>
              kernel(i, j, learning) / lambda +
              ((e[a] ?? 0) * (e[b] ?? 0)) / 300 +
              (a === b ? 1 : 0),
          ),
        ),
      );
      const factor = factorise(covariance);
      const rest = y.map((value, a) => value - 0.5 * (e[a] ?? 0));
      const solved = solveFactored(factor, rest);
      const evidence = -0.5 * (rest.length * Math.log(dot(rest, solved)) + logDeterminant(factor));
      const scores = [...REST].map((row) => {
        const own = scale * raw(scoring, row);
        const mean = learnedRows.reduce(
          (sum, j, b) =>
            sum + (solved[b] ?? 0) * (kernel(row, j, scoring) / lambda + (own * (e[b] ?? 0)) / 300),
          0.5 * own,
        );
        const of = spread(EVERY)(row);
        return of.center + of.spread * mean;
      });
      fits.push({ scores, evidence: evidence + Math.log(share) / 0.3 });
    }
  }
  const most = Math.max(...fits.map(({ evidence }) => evidence));
  const shares = fits.map(({ evidence }) => Math.exp(0.3 * (evidence - most)));
  const total = shares.reduce((sum, share) => sum + share);
  return [...REST.keys()].map((i) =>
    fits.reduce((sum, { scores }, f) => sum + ((shares[f] ?? 0) / total) * (scores[i] ?? 0), 0),
  );
}

describe("the recipe kernel", () => {
  it("is Gaussian process regression, averaged over strengths and priors by their evidence", async () => {
    const { predict } = await (await kernelLearner(SET, { seed: 42 }))(LEARNED);
    const found = predict(REST);
    for (const [i, expected] of byTheFormula().entries()) {
      expect(found[i]).toBeCloseTo(Math.min(3, Math.max(1, expected)), 9);
    }
  });

  it("scores an item of its own as it scores it among the others", async () => {
    const learner = await kernelLearner(SET, { seed: 42 });
    const weights = await tune(RUN, { recipe: "kernel", allowWorse: true });
    const among = (await learner(EVERY)).predict(EVERY);
    for (const [row, item] of madeUpScores(24, { layers: LAYERS }).entries()) {
      // The rows that were learned from are rounded, an item of its own is not.
      expect(applyWeights(weights, item).score).toBeCloseTo(among[row] ?? 9, 3);
    }
    const { kernel } = (weights as KernelWeights).parameters;
    expect(kernel.rows).toHaveLength(48);
    expect(kernel.rows.flat().every((value) => value === Number(value.toFixed(3)))).toBe(true);
  });

  it("refuses labels of which one row alone is too much to keep", async () => {
    const values = Array.from({ length: 300_000 }, (_, k) => k);
    const table = { ...RUN, header: { ...RUN.header, values } };
    await expect(kernelLearner({ ...SET, table }, { seed: 42 })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });
});
