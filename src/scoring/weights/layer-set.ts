import { LagerError } from "../../base/errors.ts";

/**
 * Which logits of a layer are aggregated: the logit lens with the model's final norm, W_k · N(h_l)
 * (`normed`), or without it, W_k · h_l (`raw`).
 */
export type Projection = "normed" | "raw";
export const PROJECTIONS = ["normed", "raw"] as const satisfies readonly Projection[];

/** The layers whose logits are combined. */
export interface LayerSet {
  /** What it was asked for with, e.g. `upper` or `5-20,24`. */
  readonly spec: string;
  /** Layer numbers, ascending and distinct; 0 is the token embedding, L the last layer. */
  readonly layers: readonly number[];
}

/** What a layer set may be or, with a colon, begin with; beside numbers of layers. */
export const LAYER_SET_STARTS = ["last", "all", "reference", "upper", "window:"] as const;

type ParsedSpec =
  | { readonly kind: "last" | "all" | "reference" | "upper" }
  | { readonly kind: "window"; readonly from: number; readonly to: number }
  | { readonly kind: "list"; readonly ranges: readonly { from: number; to: number }[] };

const ALLOWED =
  "allowed are last, all, reference, upper, a band of the relative depth such as window:0.6-0.8, " +
  "or layer numbers and ranges such as 5-20,24";

/**
 * Reads a layer set for a judge with `layerCount` transformer layers (L).
 *
 * - `last`: layer L.
 * - `all`: layers 1..L.
 * - `reference`: the token embedding and layers 1..L−1, what the LAGER reference implementation
 *   aggregates. It does so with `raw` logits; this function leaves the projection to the caller.
 * - `upper`: the layers above L/2.
 * - `window:A-B`: the layers l of 1..L with A ≤ l/L ≤ B, where 0 ≤ A ≤ B ≤ 1.
 * - numbers and ranges, e.g. `5-20,24`: exactly these layers of 0..L.
 *
 * @throws LagerError `INVALID_ARGUMENT` when the text is none of these, a layer does not exist,
 *   or a window holds no layer.
 */
export function parseLayerSet(spec: string, layerCount: number): LayerSet {
  if (!Number.isSafeInteger(layerCount) || layerCount < 1) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `a judge has at least one layer; the layer count given is ${layerCount}`,
    );
  }
  const parsed = parseSpec(spec);
  switch (parsed.kind) {
    case "last":
      return { spec, layers: [layerCount] };
    case "all":
      return { spec, layers: range(1, layerCount) };
    case "reference":
      return { spec, layers: range(0, layerCount - 1) };
    case "upper":
      return { spec, layers: range(Math.floor(layerCount / 2) + 1, layerCount) };
    case "window":
      return { spec, layers: windowLayers(spec, parsed, layerCount) };
    case "list":
      return { spec, layers: listedLayers(spec, parsed.ranges, layerCount) };
  }
}

/**
 * Checks the form of a layer set before any judge is loaded; whether its layers exist only
 * {@link parseLayerSet} can tell.
 *
 * @throws LagerError `INVALID_ARGUMENT` when the text is not a layer set.
 */
export function assertLayerSpec(spec: string): void {
  parseSpec(spec);
}

function parseSpec(spec: string): ParsedSpec {
  // A caller without type checks may give a number or a list.
  if (typeof spec !== "string") throw invalidSpec(spec, "it must be a text");
  const text = spec.trim();
  if (text === "last" || text === "all" || text === "reference" || text === "upper") {
    return { kind: text };
  }
  if (text.startsWith("window:")) return parseWindow(spec, text.slice("window:".length));
  const ranges = text.split(",").map((part) => {
    const match = /^(\d+)(?:\s*-\s*(\d+))?$/.exec(part.trim());
    if (match === null) {
      throw invalidSpec(
        spec,
        text.includes(",") ? `${JSON.stringify(part.trim())} is not a layer` : "",
      );
    }
    const from = Number(match[1]);
    const to = match[2] === undefined ? from : Number(match[2]);
    if (from > to) throw invalidSpec(spec, `the range ${from}-${to} runs backwards`);
    return { from, to };
  });
  return { kind: "list", ranges };
}

function parseWindow(spec: string, text: string): ParsedSpec {
  const match = /^(\d*\.?\d+)-(\d*\.?\d+)$/.exec(text.trim());
  if (match === null) {
    throw invalidSpec(spec, "a window has the form window:FROM-TO");
  }
  const from = Number(match[1]);
  const to = Number(match[2]);
  if (from > to || to > 1) {
    throw invalidSpec(spec, "a window's ends are relative depths with 0 ≤ FROM ≤ TO ≤ 1");
  }
  return { kind: "window", from, to };
}

function windowLayers(
  spec: string,
  { from, to }: { readonly from: number; readonly to: number },
  layerCount: number,
): number[] {
  // Decimal ends such as 0.6 meet l/L = 18/30 exactly: both are the double nearest to 3/5.
  const layers = range(1, layerCount).filter((layer) => {
    const depth = layer / layerCount;
    return from <= depth && depth <= to;
  });
  if (layers.length === 0) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `the layer set ${JSON.stringify(spec)} holds none of the judge's ${layerCount} layers, ` +
        `which lie ${(1 / layerCount).toFixed(3)} apart: widen the window`,
    );
  }
  return layers;
}

function listedLayers(
  spec: string,
  ranges: readonly { from: number; to: number }[],
  layerCount: number,
): number[] {
  const layers = new Set<number>();
  for (const { from, to } of ranges) {
    // Before the loop, so that a slip such as 1-99999999999 does not run through it.
    if (to > layerCount) {
      throw new LagerError(
        "INVALID_ARGUMENT",
        `the layer set ${JSON.stringify(spec)} asks for layer ${to}, but the judge has layers ` +
          `0 (the token embedding) to ${layerCount}`,
      );
    }
    for (let layer = from; layer <= to; layer++) layers.add(layer);
  }
  return [...layers].sort((a, b) => a - b);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

function invalidSpec(spec: string, detail: string): LagerError {
  const what = `${JSON.stringify(spec)} is not a layer set`;
  return new LagerError(
    "INVALID_ARGUMENT",
    `${what}${detail === "" ? "" : ` (${detail})`}: ${ALLOWED}`,
  );
}

/**
 * Equal weights w_l = 1/|layers| (LAGER without tuning), shape [layers].
 *
 * @throws LagerError `INVALID_ARGUMENT` when there is no layer to weigh.
 */
export function uniformWeights(layers: readonly number[]): Float64Array {
  if (layers.length === 0) {
    throw new LagerError("INVALID_ARGUMENT", "there is no layer to give a weight to");
  }
  return new Float64Array(layers.length).fill(1 / layers.length);
}
