import { LagerError } from "../../base/errors.ts";
import { assertLayerSpec, parseLayerSet, uniformWeights } from "./layer-set.ts";

/** Layers whose logits are combined, each with a fixed weight. */
export interface WeighedLayers {
  /** What it was asked for with, e.g. `upper` or `contrast:0.5`. */
  readonly spec: string;
  /** Layer numbers, ascending and distinct; 0 is the token embedding, L the last layer. */
  readonly layers: readonly number[];
  /** w_l of each of them, shape [layers]; of a layer set 1/|layers|, of a contrast also below 0. */
  readonly weights: Float64Array;
}

/** The layers that a score is made of where nothing is asked for: see docs/method. */
export const DEFAULT_LAYERS = "last";

/** Of the middle third that `contrast` takes away where it is not said how much. */
export const DEFAULT_CONTRAST = 0.5;
/** The contrasts that were measured lie between 0.25 and 2. */
const MOST_CONTRAST = 2;

/** What layers that are no set may be or, with a colon, begin with. */
export const WEIGHED_STARTS = ["contrast", "contrast:", "weights:"] as const;

/**
 * Reads what `--layers` takes: a layer set, whose layers count the same, a contrast, or weights.
 *
 * `contrast:α` (default α 0.5) is the last layer minus α times the mean of the middle third,
 *
 *     M = { l : 1/3 ≤ l/L ≤ 2/3 },    Z_k = z_{L,k} − (α/|M|) Σ_{l∈M} z_{l,k},
 *
 * LAGER's aggregation with w_L = 1 and w_M = −α/|M|. The middle layers of a judge hold what it says
 * of any item; a contrast takes that away. With two labels it is the last layer alone: their e-score.
 *
 * `weights:LAYER=WEIGHT,…` names each layer with its weight w_l, as it is: Z_k = Σ_l w_l z_{l,k}.
 *
 * @param layerCount transformer layers L of the judge.
 * @param labelCount labels of the scale.
 * @throws LagerError `INVALID_ARGUMENT` as `parseLayerSet` does, for an α outside of 0…2, when no
 *   layer lies in the middle third, and for weights of layers that do not exist.
 */
export function parseWeighedLayers(
  spec: string,
  layerCount: number,
  labelCount: number,
): WeighedLayers {
  const given = parseGivenWeights(spec);
  if (given !== null) return { spec, ...givenLayers(given, layerCount) };
  const contrast = parseContrast(spec);
  if (contrast === null) {
    const { layers } = parseLayerSet(spec, layerCount);
    return { spec, layers, weights: uniformWeights(layers) };
  }
  const last = parseLayerSet("last", layerCount).layers;
  // By thirds of whole numbers: 1/3 is no float64.
  const middle = Array.from({ length: layerCount }, (_, i) => i + 1).filter(
    (layer) => 3 * layer >= layerCount && 3 * layer <= 2 * layerCount,
  );
  if (middle.length === 0) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `${JSON.stringify(spec)} takes the middle third of the layers away, and a judge of ` +
        `${layerCount} layers has none there`,
    );
  }
  if (labelCount === 2) return { spec, layers: last, weights: Float64Array.of(1) };
  return {
    spec,
    layers: [...middle, ...last],
    weights: Float64Array.of(...middle.map(() => -contrast / middle.length), 1),
  };
}

/**
 * Checks the form before any judge is loaded; whether the layers exist only
 * {@link parseWeighedLayers} can tell.
 *
 * @throws LagerError `INVALID_ARGUMENT`.
 */
export function assertWeighedSpec(spec: string): void {
  if (parseGivenWeights(spec) === null && parseContrast(spec) === null) assertLayerSpec(spec);
}

/** Whether the layers are a set, which count the same; they are a contrast or have weights otherwise. */
export function isLayerSet(spec: string): boolean {
  return parseGivenWeights(spec) === null && parseContrast(spec) === null;
}

/** Writes layers with their weights as {@link parseWeighedLayers} reads them back, to the last bit. */
export function weightsSpec(layers: readonly number[], weights: ArrayLike<number>): string {
  return `${GIVEN}${layers.map((layer, i) => `${layer}=${weights[i]}`).join(",")}`;
}

/** α; null for what is no contrast. */
function parseContrast(spec: unknown): number | null {
  if (typeof spec !== "string") return null;
  const match = /^contrast(?::(.*))?$/.exec(spec.trim());
  if (match === null) return null;
  if (match[1] === undefined) return DEFAULT_CONTRAST;
  const alpha = /^\d*\.?\d+$/.test(match[1]) ? Number(match[1]) : Number.NaN;
  if (alpha >= 0 && alpha <= MOST_CONTRAST) return alpha;
  throw new LagerError(
    "INVALID_ARGUMENT",
    `${JSON.stringify(spec)} is no contrast: it has the form contrast:ALPHA, with a number from 0 to ` +
      `${MOST_CONTRAST}`,
  );
}

const GIVEN = "weights:";

/** Weights by layer; null for what is no such list. */
function parseGivenWeights(spec: unknown): Map<number, number> | null {
  if (typeof spec !== "string" || !spec.trim().startsWith(GIVEN)) return null;
  const weights = new Map<number, number>();
  for (const part of spec.trim().slice(GIVEN.length).split(",")) {
    const match = /^(\d+)=([+-]?\d*\.?\d+(?:e[+-]?\d+)?)$/i.exec(part.trim());
    const layer = Number(match?.[1]);
    const weight = Number(match?.[2]);
    if (match === null || !Number.isFinite(weight) || weights.has(layer)) {
      throw new LagerError(
        "INVALID_ARGUMENT",
        `${JSON.stringify(spec)} gives no weights (${JSON.stringify(part.trim())}): they have the form ` +
          "weights:LAYER=WEIGHT,LAYER=WEIGHT, each layer once",
      );
    }
    weights.set(layer, weight);
  }
  if ([...weights.values()].some((weight) => weight !== 0)) return weights;
  throw new LagerError("INVALID_ARGUMENT", `${JSON.stringify(spec)} gives no layer any weight`);
}

function givenLayers(
  given: ReadonlyMap<number, number>,
  layerCount: number,
): Omit<WeighedLayers, "spec"> {
  const layers = [...given.keys()].sort((a, b) => a - b);
  // The layer set refuses those that do not exist.
  parseLayerSet(layers.join(), layerCount);
  return { layers, weights: Float64Array.from(layers, (layer) => given.get(layer) ?? 0) };
}
