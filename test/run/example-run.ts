import { parseTask } from "../../src/input/task/parse-task.ts";
import type { RunFailure, RunHeader, RunScore } from "../../src/run/run-format.ts";
import { flatNodes, nodesOf } from "../support/node-logits.ts";

export const HEADER: RunHeader = {
  kind: "run",
  schema: 2,
  version: "0.1.0",
  judge: {
    name: "tiny",
    sha256: "ab".repeat(32),
    architecture: "llama",
    quantization: "Q4_1",
    layers: 2,
  },
  llama: { release: "v0.5.0", backend: "CPU", devices: [] },
  task: parseTask({
    name: "general",
    scale: { min: 1, max: 3 },
    criteria: [{ name: "clarity", description: "Is it clear?" }],
  }),
  options: {
    projection: "normed",
    layers: "all",
    condition: "prefill",
    chatTemplateSha256: null,
  },
  machine: {
    contextSize: 4096,
    batchSize: 512,
    threads: 1,
    flashAttention: false,
    tiledAttention: true,
    cpuFeatures: "AVX2",
    gpuLayers: 0,
    kvType: "f16",
    parallel: 1,
  },
  labels: ["1", "2", "3"],
  values: [1, 2, 3],
  labelTokens: [[1], [2], [3]],
};

export function exampleScore(overrides: Partial<RunScore> = {}): RunScore {
  return {
    kind: "score",
    id: "a1",
    criterion: "clarity",
    score: Math.fround(2.3),
    vanilla: 3,
    eScore: Math.fround(2.4),
    probabilities: [0.125, 0.375, 0.5],
    entropy: Math.fround(0.97),
    standardDeviation: Math.fround(0.7),
    scoreMass: 0.75,
    nodes: flatNodes(
      [null, [0, -1.1, 2], [0.1, 1, 12.345678]],
      [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
    ),
    promptTokens: 70,
    reusedTokens: 48,
    branchTokens: 0,
    ...overrides,
  };
}

export const FAILURE: RunFailure = {
  kind: "failure",
  id: "a2",
  criterion: null,
  code: "EMPTY_RESPONSE",
  message: "the response is empty",
};

const NODES_PATHS = [[1, 9], [2], [1, 0]];

/** A run whose labels have several tokens: 1, 2 and 10, with 9 as the end of the turn. */
export const NODES_HEADER: RunHeader = {
  ...HEADER,
  labels: ["1", "2", "10"],
  values: [1, 2, 10],
  labelTokens: NODES_PATHS,
};

export function exampleNodesScore(overrides: Partial<RunScore> = {}): RunScore {
  return exampleScore({
    nodes: nodesOf(
      NODES_PATHS,
      {
        normed: [null, [0, -1.1], [1, 2]],
        raw: [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      },
      {
        normed: [null, [0.1, 3], [4, 5]],
        raw: [
          [6, 5],
          [4, 3],
          [2, 1],
        ],
      },
    ),
    branchTokens: 23,
    ...overrides,
  });
}
