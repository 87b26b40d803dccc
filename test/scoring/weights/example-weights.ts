import type {
  KernelWeights,
  LagerWeights,
  RidgeWeights,
} from "../../../src/scoring/weights/weights-format.ts";
import { HEADER } from "../../fixtures/example-run.ts";

const SCOPE = {
  kind: "weights",
  schema: 2,
  version: "0.1.0",
  judge: HEADER.judge,
  projection: "normed",
  layerSet: { spec: "all", layers: [1, 2] },
  labels: ["1", "2", "3"],
  values: [1, 2, 3],
  task: { name: "general", sha256: "cd".repeat(32), criteria: ["clarity"] },
  training: {
    seed: 42,
    folds: 5,
    records: 2,
    rows: 2,
    dataSha256: "ef".repeat(32),
    rowKeys: ["AAAAAAAAAAA", "BBBBBBBBBBB"],
    humanRange: { clarity: { min: 0, max: 1 } },
    options: { pool: true, from: null, strength: 3, prior: "uniform" },
  },
  validation: {
    methods: [
      {
        method: "ridge",
        spearman: { value: 0.3, low: 0.1, high: 0.5 },
        criteria: { clarity: 0.3 },
      },
    ],
    comparisons: [
      { against: "e-score", difference: { value: 0.1, low: -0.1, high: 0.3 }, won: 0.8 },
    ],
    learningCurve: [{ records: 20, labels: 20, spearman: { value: 0.1, low: 0, high: 0.2 } }],
  },
  outOfFold: { keys: ["AAAAAAAAAAA", "BBBBBBBBBBB"], scores: [1.5, 2.5] },
} as const;

const MAPS = {
  criteria: { clarity: { offset: 0.5, coefficients: [0.25, 0.5, 0.125, 0, 0.25, 0, 0] } },
  pooled: { offset: 1, coefficients: [0, 0.5, 0, 0, 0, 0, 0] },
};

export const RIDGE: RidgeWeights = {
  ...SCOPE,
  recipe: "ridge",
  layerWeights: [0.25, 0.5],
  featureWeights: [0.25, 0.5, 0.1, 0, 0.5, 0, 0],
  parameters: MAPS,
};

const KERNEL_STANDARD = {
  means: [0, 0, 0, 0, 0, 0.5],
  deviations: [1, 1, 1, 1, 1, 2],
  spread: 0.5,
};

export const KERNEL: KernelWeights = {
  ...RIDGE,
  recipe: "kernel",
  parameters: {
    maps: MAPS,
    kernel: {
      amplitude: 4,
      gamma: 0.125,
      apartness: 1,
      rows: [
        [0, 0, 0, 0, 0, 0],
        [1, -1, 0.5, 0.25, 0, -0.125],
      ],
      criterionOf: [0, 0],
      dual: [0.25, -0.5],
      standards: {
        criteria: { clarity: KERNEL_STANDARD },
        pooled: { ...KERNEL_STANDARD, spread: 1 },
      },
    },
  },
};

export const LAGER: LagerWeights = {
  ...SCOPE,
  recipe: "lager",
  layerWeights: [0.75, 0.25],
  parameters: { theta: [Math.log(3), 0], alpha: 0.5 },
};
