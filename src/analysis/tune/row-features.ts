import { LayerFeatures } from "../../scoring/score/layer-features.ts";
import type { LinearMap, LinearMaps } from "../../scoring/weights/weights-format.ts";
import { LEAST_DEVIATION, type Standard } from "./moments.ts";
import { requireLayers, type TrainingSet } from "./training-set.ts";

/**
 * What `ridge` and `kernel` learn from: the features of a training set's rows. They are standardised
 * within the criterion, by deviations over all lines of the run, labelled or not: few labels could not
 * tell them. Means and target are of the labelled lines.
 */
export interface RowFeatures {
  /** What `LayerFeatures` gives of each row; row-major, shape [rows, size]. */
  readonly x: Float64Array;
  /** 2 · layers + 3. */
  readonly size: number;
  /** Of x and the target, shape [criteria]; and of all criteria together. */
  readonly standards: readonly Standard[];
  readonly pooled: Standard;
  /** Of the layers' centred logits over all lines, shape [criteria]; and of all together. */
  readonly logitStandards: readonly LogitStandard[];
  readonly pooledLogits: LogitStandard;
  /** Linear functions of the features as they are, from weights of the standardised ones. */
  maps(weights: FeatureWeights): LinearMaps;
}

/** Weights of standardised features. */
export interface FeatureWeights {
  /** Common to all criteria, shape [size]. */
  readonly common: Float64Array;
  /** Of each criterion, shape [criteria][size]. */
  readonly criteria: readonly Float64Array[];
}

/** Mean over the criteria. */
export function meanWeights({ common, criteria }: FeatureWeights): Float64Array {
  return common.map(
    (_, i) =>
      criteria.reduce((sum, weights) => sum + (weights[i] as number), 0) /
      Math.max(1, criteria.length),
  );
}

/** Σ_i weights_i x_i of a row, standardised as its criterion is. */
export function standardScore(
  { x, size, standards }: RowFeatures,
  weights: Float64Array,
  row: number,
  criterion: number,
): number {
  const { means, deviations } = standards[criterion] as Standard;
  let sum = 0;
  for (let i = 0; i < size; i++) {
    sum +=
      ((weights[i] as number) * ((x[row * size + i] as number) - (means[i] as number))) /
      (deviations[i] as number);
  }
  return sum;
}

/** Means and deviations of logits, shape [layers · labels]. */
export interface LogitStandard {
  readonly means: Float64Array;
  readonly deviations: Float64Array;
}

/** Reads the features of a training set's rows. */
export function rowFeatures(set: TrainingSet): RowFeatures {
  const reader = featureReader(set);
  const size = reader.features.length;
  const [spreads, pooledSpread] = spreadsOfLines(set, reader);
  const x = new Float64Array(set.lines.length * size);
  for (const [row, line] of set.lines.entries()) {
    reader.read(line);
    x.set(reader.features, row * size);
  }
  const standard = (rows: Int32Array, { deviations }: Spread): Standard => {
    const means = new Float64Array(size);
    for (const row of rows) {
      for (let i = 0; i < size; i++) {
        means[i] = (means[i] as number) + (x[row * size + i] as number) / rows.length;
      }
    }
    return { means, deviations, ...targetStandard(set.targets, rows) };
  };
  const every = Int32Array.from(set.lines, (_, row) => row);
  const standards = set.criteria.map((_, c) =>
    standard(
      every.filter((row) => set.criterionOf[row] === c),
      spreads[c] as Spread,
    ),
  );
  const pooled = standard(every, pooledSpread);
  return {
    x,
    size,
    standards,
    pooled,
    logitStandards: spreads.map(({ logits }) => logits),
    pooledLogits: pooledSpread.logits,
    maps: ({ common, criteria }) => ({
      criteria: Object.fromEntries(
        set.criteria.map((name, c) => [
          name,
          linearMap(criteria[c] ?? common, standards[c] as Standard),
        ]),
      ),
      pooled: linearMap(common, pooled),
    }),
  };
}

/** Reads lines of the run that a training set belongs to. */
export function featureReader({ table, projection, layers }: TrainingSet): LayerFeatures {
  const { values, judge } = table.header;
  return new LayerFeatures(table.nodes, { projection, values, layers, layerCount: judge.layers });
}

/** By criterion, and over all of them; lines of criteria without a label count for none. */
function spreadsOfLines(set: TrainingSet, reader: LayerFeatures): [Spread[], Spread] {
  const { table } = set;
  requireFeatures(set, reader);
  const numbers = new Map(set.criteria.map((name, c) => [name, c]));
  const sizes = [reader.features.length, reader.logits.length] as const;
  const criteria = set.criteria.map(() => new Spread(...sizes));
  const pooled = new Spread(...sizes);
  for (let line = 0; line < table.lines; line++) {
    const c = numbers.get(table.criteria[table.criterionOf[line] as number] ?? "");
    if (c === undefined) continue;
    reader.read(line);
    // A line without a label may lack what the labelled ones have.
    if (reader.features.some(Number.isNaN)) continue;
    for (const spread of [criteria[c] as Spread, pooled]) spread.add(reader);
  }
  return [criteria, pooled];
}

/** @throws LagerError `CAPTURE_INCOMPLETE` for a layer of the contrast that is none of the weights'. */
function requireFeatures({ table, lines }: TrainingSet, reader: LayerFeatures): void {
  requireLayers(table, lines, { projection: "normed", layers: reader.baselineLayers });
}

/** Less is what float32 logits are off, by which nothing should be divided. */
const LEAST_FEATURE_DEVIATION = 1e-6;
const LEAST_LOGIT_DEVIATION = 1e-4;

/** Sums over lines. */
class Spread {
  count = 0;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  readonly #logitSums: Float64Array;
  readonly #logitSquares: Float64Array;

  constructor(features: number, logits: number) {
    this.#sums = new Float64Array(features);
    this.#squares = new Float64Array(features);
    this.#logitSums = new Float64Array(logits);
    this.#logitSquares = new Float64Array(logits);
  }

  add({ features, logits }: LayerFeatures): void {
    this.count++;
    addSquares(features, this.#sums, this.#squares);
    addSquares(logits, this.#logitSums, this.#logitSquares);
  }

  /** Of the features; 1 where one does not vary. */
  get deviations(): Float64Array {
    return deviationsOf(this.#sums, this.#squares, this.count, LEAST_FEATURE_DEVIATION);
  }

  get logits(): LogitStandard {
    return {
      means: this.#logitSums.map((sum) => sum / Math.max(1, this.count)),
      deviations: deviationsOf(
        this.#logitSums,
        this.#logitSquares,
        this.count,
        LEAST_LOGIT_DEVIATION,
      ),
    };
  }
}

function addSquares(values: Float64Array, sums: Float64Array, squares: Float64Array): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    sums[i] = (sums[i] as number) + value;
    squares[i] = (squares[i] as number) + value * value;
  }
}

/** Standard deviations; 1 where one is below `least`. */
function deviationsOf(
  sums: Float64Array,
  squares: Float64Array,
  count: number,
  least: number,
): Float64Array {
  return sums.map((sum, i) => {
    const mean = sum / Math.max(1, count);
    const variance = (squares[i] as number) / Math.max(1, count) - mean * mean;
    const deviation = Math.sqrt(Math.max(0, variance));
    return deviation < least ? 1 : deviation;
  });
}

function targetStandard(
  targets: Float64Array,
  rows: Int32Array,
): Pick<Standard, "center" | "spread"> {
  let sum = 0;
  for (const row of rows) sum += targets[row] as number;
  const center = sum / Math.max(1, rows.length);
  let squares = 0;
  for (const row of rows) squares += ((targets[row] as number) - center) ** 2;
  const spread = Math.sqrt(squares / Math.max(1, rows.length));
  return { center, spread: spread < LEAST_DEVIATION ? 1 : spread };
}

/** The map of features as they are onto the target's units. */
export function linearMap(weights: Float64Array, standard: Standard): LinearMap {
  const { means, deviations, center, spread } = standard;
  const coefficients = Array.from(
    weights,
    (weight, i) => (weight * spread) / (deviations[i] as number),
  );
  return {
    offset: coefficients.reduce((sum, weight, i) => sum - weight * (means[i] as number), center),
    coefficients,
  };
}
