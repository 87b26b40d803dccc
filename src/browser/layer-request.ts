import type { Projection } from "../scoring/weights/layer-set.ts";
import {
  DEFAULT_CONTRAST,
  isLayerSet,
  parseWeighedLayers,
  weightsSpec,
} from "../scoring/weights/weighed-layers.ts";
import type { LayerRequest } from "./run-share.ts";

/** How the layers are taken in hand. */
export type LayerMode = "band" | "contrast" | "weights";

/** Where the sliders stand. Each mode keeps its own, so that going back finds it. */
export interface LayerSliders {
  readonly mode: LayerMode;
  readonly projection: Projection;
  /** First and last layer of the band. */
  readonly from: number;
  readonly to: number;
  readonly alpha: number;
  /** Of every layer from 0, the token embedding, on. */
  readonly weights: readonly number[];
}

/** What a judge has: layers, and labels of the scale. */
export interface JudgeShape {
  readonly layers: number;
  readonly labels: number;
}

/** What `--layers` calls the layers that the sliders stand at. */
export function layerRequest(
  { mode, projection, from, to, alpha, weights }: LayerSliders,
  { layers }: JudgeShape,
): LayerRequest {
  if (mode === "contrast") return { spec: `contrast:${alpha}`, projection };
  if (mode === "weights") {
    const used = weights.flatMap((weight, layer) => (weight === 0 ? [] : [layer]));
    // Without any weight there is no score: the last layer stands in.
    if (used.length === 0) return { spec: "last", projection };
    const spec = weightsSpec(
      used,
      used.map((layer) => weights[layer] ?? 0),
    );
    return { spec, projection };
  }
  if (from === layers) return { spec: "last", projection };
  if (from === 1 && to === layers) return { spec: "all", projection };
  return { spec: from === to ? `${from}` : `${from}-${to}`, projection };
}

/**
 * The sliders for layers that are asked for: a band and a contrast as such, anything else by the weight
 * of each layer.
 */
export function slidersFor(
  { spec, projection }: LayerRequest,
  { layers, labels }: JudgeShape,
): LayerSliders {
  const weighed = parseWeighedLayers(spec, layers, labels);
  const weights = new Array<number>(layers + 1).fill(0);
  for (const [i, layer] of weighed.layers.entries()) weights[layer] = weighed.weights[i] ?? 0;
  const [from = layers, to = layers] = [weighed.layers[0], weighed.layers.at(-1)];
  const start = { projection, from, to, alpha: DEFAULT_CONTRAST, weights };
  if (!isLayerSet(spec)) {
    const alpha = /^\s*contrast(?::(.*))?$/.exec(spec);
    if (alpha === null) return { ...start, mode: "weights" };
    return { ...start, mode: "contrast", alpha: Number(alpha[1] ?? DEFAULT_CONTRAST) };
  }
  const isBand = weighed.layers.length === to - from + 1;
  return { ...start, mode: isBand ? "band" : "weights" };
}
