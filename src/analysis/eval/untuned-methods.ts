import { LagerError } from "../../base/errors.ts";
import type { Pacer } from "../../base/pacer.ts";
import type { RunTable } from "../../run/run-table.ts";
import type { LabelDistribution } from "../../scoring/distribution/label-distribution.ts";
import type { Projection } from "../../scoring/weights/layer-set.ts";
import { isLayerSet, parseWeighedLayers } from "../../scoring/weights/weighed-layers.ts";
import { type LayerChoice, layerChoice, ownLayers, pacedChoiceScores } from "./layer-choice.ts";
import { lineDistribution, scoresOfLayer } from "./layer-scores.ts";
import type { LayerScores, Method, MethodScores } from "./method.ts";

/** Layers that stand in every evaluation beside the last one; the paper's first. */
const LAYER_SETS = [
  { method: "lager", spec: "all", projection: "normed" },
  { method: "lager-contrast:0.5", spec: "contrast:0.5", projection: "normed" },
  { method: "lager-upper", spec: "upper", projection: "normed" },
  { method: "lager-window:0.6-0.8", spec: "window:0.6-0.8", projection: "normed" },
  { method: "lager-raw", spec: "all", projection: "raw" },
  { method: "lager-reference", spec: "reference", projection: "raw" },
] as const;

/** The method that gives the run's own scores; null where those come from learned weights. */
export function ownMethod(table: RunTable): string | null {
  const { header } = table;
  if (header.options.weights !== undefined) return null;
  const own = ownLayers(table);
  if (isLast(own, header.judge.layers)) return "e-score";
  const same = LAYER_SETS.find(({ spec, projection }) => {
    const choice = choiceOrNull(table, spec, projection);
    return choice !== null && sameLayers(choice, own);
  });
  return same?.method ?? "score";
}

/**
 * The methods that learn nothing, from the same logits; the baselines first.
 *
 * @param chosen Layers that were asked for, as the method `chosen`; null: none were.
 */
export async function untunedMethods(
  table: RunTable,
  layers: readonly LayerScores[],
  chosen: LayerChoice | null,
  pacer: Pacer,
): Promise<MethodScores[]> {
  const own = ownLayers(table);
  const last = table.header.judge.layers;
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
  ];
  if (ownMethod(table) === "score") {
    found.push({
      ...method("score", "lager", `the run's own: ${describe(own)}`, own.layers, own.projection),
      scores: await pacedChoiceScores(table, own, pacer),
    });
  }
  if (chosen !== null) {
    found.push({
      ...method(
        "chosen",
        "lager",
        `asked for: ${describe(chosen)}`,
        chosen.layers,
        chosen.projection,
      ),
      scores: await pacedChoiceScores(table, chosen, pacer),
    });
  }
  for (const { method: name, spec, projection } of LAYER_SETS) {
    const choice = choiceOrNull(table, spec, projection);
    // With two labels a contrast is the e-score, as every set is of a judge of one layer.
    if (choice === null || isLast(choice, last)) continue;
    found.push({
      ...method(name, "lager", describe(choice), choice.layers, projection),
      scores: await pacedChoiceScores(table, choice, pacer),
    });
  }
  found.push(...(await ablations(table, pacer)));
  if (table.responseLength.some(Number.isFinite)) {
    found.push({
      ...method("response-length", "length", "length of the response in characters", [], null),
      scores: table.responseLength,
    });
  }
  return found;
}

/** LAGER by other rules. */
async function ablations(table: RunTable, pacer: Pacer): Promise<MethodScores[]> {
  const layerCount = table.header.judge.layers;
  const { layers, weights } = parseWeighedLayers("all", layerCount, table.header.labels.length);
  return [
    {
      ...method(
        "lager-prob",
        "ablation",
        "all layers, normed, probabilities averaged instead of logits",
        layers,
        "normed",
      ),
      scores: await eachLine(table, "normed", pacer, (distribution, line) => {
        distribution.averageProbabilities(line, layers, weights);
        return distribution.expectation();
      }),
    },
    {
      ...method(
        "lager-argmax",
        "ablation",
        "all layers, normed, the most probable label instead of the expectation",
        layers,
        "normed",
      ),
      scores: await eachLine(table, "normed", pacer, (distribution, line) => {
        distribution.aggregate(line, layers, weights);
        return distribution.mode();
      }),
    },
  ];
}

function describe({ spec, projection }: LayerChoice): string {
  const name = `${spec === "all" ? "all layers" : spec}, ${projection}`;
  return isLayerSet(spec) ? `${name}, uniform weights` : name;
}

/** A judge can have too few layers for a window. */
function choiceOrNull(table: RunTable, spec: string, projection: Projection): LayerChoice | null {
  try {
    return layerChoice(table, spec, projection);
  } catch (error) {
    if (error instanceof LagerError && error.code === "INVALID_ARGUMENT") return null;
    throw error;
  }
}

function isLast({ layers, projection }: LayerChoice, last: number): boolean {
  return projection === "normed" && layers.length === 1 && layers[0] === last;
}

function sameLayers(left: LayerChoice, right: LayerChoice): boolean {
  return (
    left.projection === right.projection &&
    left.layers.join() === right.layers.join() &&
    left.weights.join() === right.weights.join()
  );
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
