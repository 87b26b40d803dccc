import { LabelDistribution } from "../distribution/label-distribution.ts";
import { type NodeLogits, requireCaptured } from "../distribution/node-logits.ts";
import { standardDeviation } from "../distribution/statistics.ts";
import { type Projection, uniformWeights } from "../weights/layer-set.ts";
import { parseWeighedLayers, type WeighedLayers } from "../weights/weighed-layers.ts";
import { featureCount } from "../weights/weights-format.ts";

/** What the features are read with. */
export interface LayerFeaturesOptions {
  readonly projection: Projection;
  /** Numeric values of the labels, ascending, shape [labels]. */
  readonly values: readonly number[];
  /** Number of transformer layers L. */
  readonly layerCount: number;
  /** The layers of the weights, shape [layers]. */
  readonly layers: readonly number[];
}

/**
 * What the recipes `ridge` and `kernel` are functions of, line by line: of each layer's own
 * distribution p_l its expectation and standard deviation, then three scores that need no label,
 *
 *     [ E_l … , sd_l … , e-score, contrast, uniform ]
 *     E_l = Σ_k s_k p_{l,k},    sd_l² = Σ_k p_{l,k} (s_k − E_l)²
 *
 * where `contrast` takes all of the middle third away (α = 1) and `uniform` weighs the layers equally.
 * The e-score and the contrast are of the normed logits, whatever the projection. Learning, evaluating
 * and scoring one item all read them here, so that they compute with the same bits.
 */
export class LayerFeatures {
  /** Shape [2 · layers + 3]; NaN where a layer was not captured. */
  readonly features: Float64Array;
  /**
   * Logits of the labels in each layer, less their mean there; with labels of several tokens, ln p
   * less its mean. Row-major, shape [layers, labels].
   */
  readonly logits: Float64Array;
  readonly #values: readonly number[];
  readonly #layers: readonly number[];
  readonly #layerCount: number;
  readonly #contrast: WeighedLayers;
  readonly #uniform: Float64Array;
  readonly #own: LabelDistribution;
  readonly #normed: LabelDistribution;

  constructor(nodes: readonly NodeLogits[], options: LayerFeaturesOptions) {
    const { projection, values, layerCount, layers } = options;
    this.#values = values;
    this.#layers = layers;
    this.#layerCount = layerCount;
    this.#contrast = priorContrast(layerCount, values.length);
    this.#uniform = uniformWeights(layers);
    this.#own = new LabelDistribution(nodes, { projection, values, layerCount });
    this.#normed = new LabelDistribution(nodes, { projection: "normed", values, layerCount });
    this.features = new Float64Array(featureCount(layers.length));
    this.logits = new Float64Array(layers.length * values.length);
  }

  /** Layers whose normed logits are read beside the weights' own. */
  get baselineLayers(): readonly number[] {
    return this.#contrast.layers;
  }

  /** Takes on a line; of a single item, line 0. */
  read(line: number): void {
    const { features, logits } = this;
    const own = this.#own;
    const count = this.#layers.length;
    const labels = this.#values.length;
    for (let i = 0; i < count; i++) {
      own.layer(line, this.#layers[i] as number);
      features[i] = own.expectation();
      features[count + i] = standardDeviation(this.#values, own.probabilities);
      let sum = 0;
      for (let k = 0; k < labels; k++) sum += own.labelLogits[k] as number;
      const mean = sum / labels;
      for (let k = 0; k < labels; k++) {
        logits[i * labels + k] = (own.labelLogits[k] as number) - mean;
      }
    }
    const normed = this.#normed;
    normed.layer(line, this.#layerCount);
    features[2 * count] = normed.expectation();
    normed.aggregate(line, this.#contrast.layers, this.#contrast.weights);
    features[2 * count + 1] = normed.expectation();
    own.aggregate(line, this.#layers, this.#uniform);
    features[2 * count + 2] = own.expectation();
  }
}

/**
 * Checks that all layers which the features need were captured, of one item.
 *
 * @throws LagerError `CAPTURE_INCOMPLETE`.
 */
export function requireFeatureLayers(
  nodes: readonly NodeLogits[],
  { projection, values, layerCount, layers }: LayerFeaturesOptions,
): void {
  requireCaptured(nodes, projection, layers);
  requireCaptured(nodes, "normed", priorContrast(layerCount, values.length).layers);
}

/** The contrast of all of the middle third; of a judge that has no middle, the last layer alone. */
export function priorContrast(layerCount: number, labelCount: number): WeighedLayers {
  if (layerCount > 1) return parseWeighedLayers("contrast:1", layerCount, labelCount);
  return { spec: "1", layers: [layerCount], weights: Float64Array.of(1) };
}
