import { LagerError } from "../../base/errors.ts";
import type { Pacer } from "../../base/pacer.ts";
import type { RunTable } from "../../run/run-table.ts";
import type { LabelDistribution } from "../../scoring/distribution/label-distribution.ts";
import { type Projection, parseLayerSet, uniformWeights } from "../../scoring/weights/layer-set.ts";
import { lineDistribution, scoresOfLayer } from "./layer-scores.ts";
import type { LayerScores, Method, MethodScores } from "./method.ts";

/** Layers and logits that a method aggregates. */
export interface LayerChoice {
  /** As it was asked for: `all`, `window:0.6-0.8`. */
  readonly spec: string;
  readonly layers: readonly number[];
  readonly projection: Projection;
}

/** Layer sets that stand beside the run's own. */
const LAYER_SETS = [
  { method: "lager-all", spec: "all", projection: "normed" },
  { method: "lager-upper", spec: "upper", projection: "normed" },
  { method: "lager-window:0.6-0.8", spec: "window:0.6-0.8", projection: "normed" },
  { method: "lager-raw", spec: "all", projection: "raw" },
  { method: "lager-reference", spec: "reference", projection: "raw" },
] as const;

/** The layers and the projection that the run was scored with. */
export function ownLayers({ header }: RunTable): LayerChoice {
  const { layers: spec, projection } = header.options;
  return {
    spec,
    layers: parseLayerSet(spec, header.judge.layers).layers,
    projection,
  };
}

/** The methods that learn nothing, from the same logits; the baselines first. */
export async function untunedMethods(
  table: RunTable,
  layers: readonly LayerScores[],
  pacer: Pacer,
): Promise<MethodScores[]> {
  const own = ownLayers(table);
  const last = table.header.judge.layers;
  const ownName = `${own.spec === "all" ? "all layers" : own.spec}, ${own.projection}`;
  const found: MethodScores[] = [
    {
      ...method("vanilla", "baseline", "the last layer's most probable label", [last], "normed"),
      scores: await eachLine(table, "normed", pacer, (distribution, line) => {
        distribution.layer(line, last);
        return distribution.mode();
      }),
    },
    {
      ...method("e-score", "baseline", "the last layer's expectation", [last], "normed"),
      scores: scoresOfLayer(layers, last, "normed") ?? missing(table),
    },
    {
      ...method("lager", "lager", `${ownName}, uniform weights`, own.layers, own.projection),
      scores: await uniform(table, own, pacer),
    },
  ];
  for (const { method: name, spec, projection } of LAYER_SETS) {
    const choice = layerChoice(table, spec, projection);
    if (choice === null || sameLayers(choice, own)) continue;
    const description = `${spec === "all" ? "all layers" : spec}, ${projection}, uniform weights`;
    found.push({
      ...method(name, "lager", description, choice.layers, projection),
      scores: await uniform(table, choice, pacer),
    });
  }
  found.push(...(await ablations(table, own, ownName, pacer)));
  if (table.responseLength.some(Number.isFinite)) {
    found.push({
      ...method("response-length", "length", "length of the response in characters", [], null),
      scores: table.responseLength,
    });
  }
  return found;
}

async function ablations(
  table: RunTable,
  own: LayerChoice,
  ownName: string,
  pacer: Pacer,
): Promise<MethodScores[]> {
  const weights = uniformWeights(own.layers);
  return [
    {
      ...method(
        "lager-prob",
        "ablation",
        `${ownName}, probabilities averaged instead of logits`,
        own.layers,
        own.projection,
      ),
      scores: await eachLine(table, own.projection, pacer, (distribution, line) => {
        distribution.averageProbabilities(line, own.layers, weights);
        return distribution.expectation();
      }),
    },
    {
      ...method(
        "lager-argmax",
        "ablation",
        `${ownName}, the most probable label instead of the expectation`,
        own.layers,
        own.projection,
      ),
      scores: await eachLine(table, own.projection, pacer, (distribution, line) => {
        distribution.aggregate(line, own.layers, weights);
        return distribution.mode();
      }),
    },
  ];
}

/** A judge can have too few layers for a window. */
function layerChoice(
  { header }: RunTable,
  spec: string,
  projection: Projection,
): LayerChoice | null {
  try {
    return { spec, layers: parseLayerSet(spec, header.judge.layers).layers, projection };
  } catch (error) {
    if (error instanceof LagerError && error.code === "INVALID_ARGUMENT") return null;
    throw error;
  }
}

function sameLayers(left: LayerChoice, right: LayerChoice): boolean {
  return left.projection === right.projection && left.layers.join() === right.layers.join();
}

function method(
  name: string,
  kind: Method["kind"],
  description: string,
  layers: readonly number[],
  projection: Projection | null,
): Method {
  return { method: name, kind, description, layers, projection };
}

function uniform(table: RunTable, choice: LayerChoice, pacer: Pacer): Promise<Float64Array> {
  const weights = uniformWeights(choice.layers);
  return eachLine(table, choice.projection, pacer, (distribution, line) => {
    distribution.aggregate(line, choice.layers, weights);
    return distribution.expectation();
  });
}

async function eachLine(
  table: RunTable,
  projection: Projection,
  pacer: Pacer,
  score: (distribution: LabelDistribution, line: number) => number,
): Promise<Float64Array> {
  const distribution = lineDistribution(table, projection);
  const scores = new Float64Array(table.lines);
  for (let line = 0; line < table.lines; line++) {
    scores[line] = score(distribution, line);
    if (line % 500 === 499) await pacer.rest();
  }
  return scores;
}

function missing(table: RunTable): Float64Array {
  return new Float64Array(table.lines).fill(Number.NaN);
}
