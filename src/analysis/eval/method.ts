import type { Projection } from "../../scoring/weights/layer-set.ts";

/** What kind of method it is; tables and charts group by it. */
export type MethodKind =
  /** `vanilla` and `e-score`: the last layer alone. */
  | "baseline"
  /** Layers aggregated with weights that nothing was learned for: uniform ones, or a contrast. */
  | "lager"
  /** Learned weights (`lager-tuned`). */
  | "tuned"
  /** Probability aggregation, argmax. */
  | "ablation"
  /** One layer alone. */
  | "layer"
  /** The length of the response, which knows nothing of its quality. */
  | "length";

/** A way to make one number of an item's captured logits. */
export interface Method {
  /**
   * Distinct within a result. `vanilla`, `e-score`, `score` (the run's own layers and projection,
   * where they are none of the others), `chosen` (the layers asked for), `lager` (all layers with equal weights, normed),
   * `lager-tuned`, `lager-contrast:0.5`, `lager-upper`, `lager-window:0.6-0.8`, `lager-raw`,
   * `lager-reference`, `lager-prob`, `lager-argmax`, `response-length`, `layer-17`, `layer-17-raw`.
   */
  readonly method: string;
  readonly kind: MethodKind;
  /** One line for people: `layers 17–22, normed, uniform weights`. */
  readonly description: string;
  /** Layers that it reads, ascending; empty for `response-length`. */
  readonly layers: readonly number[];
  /** Logits that it reads; null for `response-length`. */
  readonly projection: Projection | null;
}

/** A method with its score for each line of a run. */
export interface MethodScores extends Method {
  /** In the scale's units but for `response-length`; NaN where it has none. Shape [lines]. */
  readonly scores: Float64Array;
}

/** One layer's own expectation for each line of a run. */
export interface LayerScores extends MethodScores {
  readonly layer: number;
  readonly projection: Projection;
}
