import type {
  Comparison,
  CriterionScope,
  Disagreement,
  EvalResult,
  EvalScope,
  LayerFigures,
  LineCounts,
  MethodFigures,
} from "../../src/analysis/eval/eval-result.ts";
import type { Method } from "../../src/analysis/eval/method.ts";
import type { Estimate } from "../../src/analysis/stats/estimate.ts";

/** What a made-up evaluation looks like. */
export interface MadeUpOptions {
  readonly layers?: number;
  readonly records?: number;
  readonly criteria?: readonly string[];
  readonly labels?: readonly number[];
  /** Id of a record by its number. */
  readonly id?: (record: number) => string;
}

const METHODS: readonly (Method & { readonly rho: number })[] = [
  method("vanilla", "baseline", "the last layer's most probable label", 0.198),
  method("e-score", "baseline", "expectation under the last layer", 0.211),
  method("lager", "lager", "layers 1–28, normed, uniform weights", 0.203),
  method("lager-tuned", "tuned", "layers 1–28, learned weights", 0.287),
  method("lager-window:0.6-0.8", "lager", "layers 17–22, normed, uniform weights", 0.241),
  method("lager-prob", "ablation", "layers 1–28, mean of the layers' probabilities", 0.219),
  method("lager-argmax", "ablation", "layers 1–28, most probable label", 0.187),
  method("response-length", "length", "length of the response", 0.094),
];

const MAIN = ["vanilla", "e-score", "lager", "lager-tuned"];

/**
 * An evaluation with plausible figures that nothing has computed: for looking at what a report
 * makes of them. The same options give the same figures.
 */
export function madeUpEvaluation(options: MadeUpOptions = {}): EvalResult {
  const layers = options.layers ?? 28;
  const records = options.records ?? 240;
  const criteria = options.criteria ?? ["coherence", "engagingness", "groundedness", "naturalness"];
  const values = options.labels ?? [1, 2, 3, 4, 5];
  const id = options.id ?? ((record: number) => `dialogue-${String(record).padStart(4, "0")}`);
  const random = seededRandom(7);
  const lines = records * criteria.length;
  const scope = (shift: number): EvalScope => madeUpScope(layers, records, shift);
  const items = madeUpItems(id, records, criteria, values, random);
  return {
    kind: "eval",
    schema: 1,
    ...scope(0),
    run: {
      files: ["run.jsonl"],
      judge: {
        name: "qwen2.5-coder-1.5b",
        sha256: "ab".repeat(32),
        architecture: "qwen2",
        quantization: "Q4_K_M",
        layers,
      },
      llama: { release: "v0.5.0", backend: "CPU", devices: [] },
      task: "topical-chat",
      criteria,
      labels: values.map(String),
      values,
      layerSet: "all",
      projection: "normed",
      severalTokens: false,
      medianScoreMass: 0.983,
      promptTokens: 1_204_331,
      reusedTokens: 911_204,
    },
    counts: { ...counts(lines), records, failedRecords: 1 },
    bootstrap: {
      seed: 42,
      resamples: 1000,
      layerResamples: 200,
      unit: "record",
      units: records,
      bags: 1,
      bagSize: records,
    },
    criteria: Object.fromEntries(
      criteria.map((name, i): [string, CriterionScope] => [
        name,
        { ...scope((i - 1.5) * 0.06), counts: counts(records) },
      ]),
    ),
    pooled: scope(0.03),
    systems: null,
    preferences: null,
    calibration: MAIN.map((name, m) => ({
      method: name,
      bins: Array.from({ length: 10 }, (_, i) => ({
        from: 1.5 + i * 0.3,
        to: 1.8 + i * 0.3,
        n: lines / 10,
        predicted: 1.65 + i * 0.3,
        human: 2.4 + i * (0.1 + 0.04 * m) + (random() - 0.5) * 0.25,
        humanStandardDeviation: 0.9 + random() * 0.2,
      })),
      meanAbsoluteError: 0.9 - m * 0.1,
      rootMeanSquaredError: 1.1 - m * 0.1,
      monotone: {
        points: [
          { score: 1.6, human: 2.4 },
          { score: 2.6, human: 2.7 },
          { score: 3.4, human: 3.1 },
          { score: 4.4, human: 3.4 },
        ],
        folds: 5,
        meanAbsoluteError: 0.72 - m * 0.03,
        rootMeanSquaredError: 0.91 - m * 0.03,
      },
    })),
    layerWeights: [
      {
        method: "lager",
        projection: "normed",
        layers: range(1, layers),
        weights: range(1, layers).map(() => 1 / layers),
        kind: "share",
        criterion: null,
      },
      {
        method: "lager-tuned",
        projection: "normed",
        layers: range(1, layers),
        weights: range(1, layers).map(
          (layer) => 0.3 * Math.exp(-(((layer / layers - 0.7) * 7) ** 2)) + (random() - 0.5) * 0.08,
        ),
        kind: "coefficient",
        criterion: null,
      },
    ],
    tuned: {
      file: "weights.json",
      recipe: "ridge",
      task: "topical-chat",
      sameTask: true,
      scoring: "out-of-fold",
      overlap: lines,
    },
    learningCurve: {
      points: [20, 50, 100, 200, 500].map((labels) => {
        const spearman = 0.3 - 0.75 / Math.sqrt(labels);
        return { labels, spearman, low: spearman - 0.6 / Math.sqrt(labels), high: spearman + 0.04 };
      }),
      eScore: 0.211,
      uniform: 0.203,
    },
    distributions: criteria.map((criterion, c) => ({
      criterion,
      edges: [...values.map((value) => value - 0.5), (values.at(-1) ?? 0) + 0.5],
      series: ["human", ...MAIN].map((name) => ({
        name,
        counts: values.map(
          (_, k) =>
            (name === "human" ? items.human : (items.scores[name] ?? [])).filter(
              (score, i) => items.criteria[i] === c && Math.round(score ?? -9) === values[k],
            ).length,
        ),
      })),
      labels: values.map(() => 1 / values.length),
    })),
    mainMethods: MAIN,
    items,
    disagreements: madeUpDisagreements(items, layers, values, random),
    notes: [],
  };
}

function method(
  name: string,
  kind: Method["kind"],
  description: string,
  rho: number,
): Method & { readonly rho: number } {
  const projection = kind === "length" ? null : "normed";
  return { method: name, kind, description, layers: [], projection, rho };
}

function madeUpScope(layerCount: number, n: number, shift: number): EvalScope {
  const figures = (rho: number): Omit<MethodFigures, keyof Method> => ({
    spearman: estimate(rho, 1.5 / Math.sqrt(n)),
    pearson: estimate(rho * 1.02, 1.5 / Math.sqrt(n)),
    kendall: estimate(rho * 0.74, 1.1 / Math.sqrt(n)),
    n,
    withoutScore: 1,
    meanAbsoluteError: 0.87,
  });
  const comparisons = METHODS.filter((each) => each.method !== "e-score").map(
    (each): Comparison => {
      const difference = each.rho - 0.211;
      const paired = {
        difference,
        low: difference - 0.042,
        high: difference + 0.041,
        won: 1 / (1 + Math.exp(-difference * 80)),
      };
      return {
        method: each.method,
        baseline: "e-score",
        spearman: paired,
        pearson: paired,
        kendall: paired,
        n,
      };
    },
  );
  const layer = (index: number, projection: "normed" | "raw"): LayerFigures => {
    const depth = index / layerCount;
    const rise = 0.22 / (1 + Math.exp(-14 * (depth - 0.5)));
    const peak = 0.09 * Math.exp(-(((depth - 0.72) * 9) ** 2)) * (projection === "raw" ? 0.5 : 1);
    return {
      method: `layer-${index}${projection === "raw" ? "-raw" : ""}`,
      kind: "layer",
      description: `layer ${index} alone`,
      layers: [index],
      projection,
      layer: index,
      ...figures(rise + peak - 0.02 + 0.02 * Math.sin(index * 2.1) + shift),
    };
  };
  return {
    methods: METHODS.map(({ rho, ...each }) => ({ ...each, ...figures(rho + shift) })),
    layers: (["normed", "raw"] as const).flatMap((projection) =>
      range(0, layerCount).map((index) => layer(index, projection)),
    ),
    comparisons,
  };
}

function madeUpItems(
  id: (record: number) => string,
  records: number,
  criterionNames: readonly string[],
  values: readonly number[],
  random: () => number,
): EvalResult["items"] {
  const least = values[0] ?? 1;
  const most = values.at(-1) ?? 5;
  const clip = (score: number): number => Math.min(most, Math.max(least, score));
  const normal = (): number => (random() + random() + random() + random() - 2) * 1.7;
  const lines = range(0, records - 1).flatMap((record) =>
    criterionNames.map((_, criterion) => {
      const quality = 3 + normal() * 0.8;
      const human = Math.round(clip(quality) * 3) / 3;
      const eScore = clip(3.4 + (quality - 3) * 0.3 + normal() * 0.7);
      const lager = clip(3.1 + (quality - 3) * 0.2 + normal() * 0.3);
      const tuned = clip(3 + (quality - 3) * 0.4 + normal() * 0.4);
      return { id: id(record), criterion, human, eScore, lager, tuned };
    }),
  );
  return {
    total: lines.length,
    ids: lines.map((line) => line.id),
    criteria: lines.map((line) => line.criterion),
    criterionNames,
    human: lines.map((line, i) => (i % 97 === 5 ? null : line.human)),
    system: lines.map((_, i) => `system-${(Math.floor(i / criterionNames.length) % 6) + 1}`),
    responseLength: lines.map((_, i) => 80 + ((Math.floor(i / criterionNames.length) * 37) % 400)),
    scores: {
      vanilla: lines.map((line) => Math.round(line.eScore)),
      "e-score": lines.map((line) => line.eScore),
      lager: lines.map((line) => line.lager),
      "lager-tuned": lines.map((line) => line.tuned),
    },
  };
}

function madeUpDisagreements(
  items: EvalResult["items"],
  layers: number,
  values: readonly number[],
  random: () => number,
): Disagreement[] {
  const spread = (i: number): number => {
    const scores = MAIN.map((name) => items.scores[name]?.[i] ?? 0);
    return Math.max(...scores) - Math.min(...scores);
  };
  const order = items.ids.map((_, i) => i).sort((a, b) => spread(b) - spread(a));
  return order.slice(0, 6).map((i) => {
    const early = values[Math.floor(random() * values.length)] ?? 0;
    const late = items.scores["e-score"]?.[i] ?? 0;
    return {
      id: items.ids[i] ?? "",
      criterion: items.criterionNames[items.criteria[i] ?? 0] ?? "",
      human: items.human[i] ?? null,
      scores: Object.fromEntries(MAIN.map((name) => [name, items.scores[name]?.[i] ?? null])),
      spread: spread(i),
      probabilities: range(0, layers).map((layer) => {
        const depth = layer / layers;
        const mean =
          depth < 0.55 ? early : early + (late - early) * Math.min(1, (depth - 0.55) * 3);
        const sharpness = depth < 0.4 ? 0.08 : 0.3 + depth * 1.4;
        const odds = values.map((value) => Math.exp(-sharpness * (value - mean) ** 2));
        const sum = odds.reduce((all, each) => all + each, 0);
        return odds.map((each) => each / sum);
      }),
    };
  });
}

function estimate(value: number, halfWidth: number): Estimate {
  return { value, low: value - halfWidth, high: value + halfWidth };
}

function counts(lines: number): LineCounts {
  return {
    lines: lines + 1,
    scored: lines,
    failed: 1,
    failures: { EMPTY_RESPONSE: 1 },
    evaluated: lines - Math.ceil(lines / 97),
    withoutHuman: Math.ceil(lines / 97),
  };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** A small generator of numbers in 0…1 (a linear congruence), the same every time. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
