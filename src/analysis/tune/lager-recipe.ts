import { Pacer } from "../../base/pacer.ts";
import { seededRandom, shuffledIndices } from "../stats/random.ts";
import { LagerLoss, type LineLogits } from "./lager-loss.ts";

/** The paper's recipe. */
export interface LagerOptions {
  /** Default 2. */
  readonly epochs?: number | undefined;
  /** Lines in a step; the last step of an epoch may have fewer. Default 4. */
  readonly batchSize?: number | undefined;
  /** Default 0.01. */
  readonly learningRate?: number | undefined;
  /** Of the lines' order. Default 42. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export const LAGER_DEFAULTS = { epochs: 2, batchSize: 4, learningRate: 0.01, seed: 42 } as const;

/** Where α starts. */
const FIRST_ALPHA = 0.5;

const MOMENTUM = 0.9;
const SQUARED_MOMENTUM = 0.999;
const EPSILON = 1e-8;
/** So many steps take some milliseconds. */
const STEPS_TOGETHER = 500;

/**
 * Learns layer weights as the paper does: θ from zeros and α from 0.5 by Adam (β 0.9 and 0.999, ε
 * 1e-8) on the mean loss of each batch, over lines shuffled anew in each epoch. In float64; the same
 * seed gives the same bits.
 *
 * @param layers Row in each line of the layers that are weighted, shape [layers].
 * @param lines Lines that are learned from.
 * @param targets y of each of `lines`, on the scale's units.
 * @throws LagerError `ABORTED`.
 */
export async function learnLagerWeights(
  data: LineLogits,
  layers: readonly number[],
  lines: ArrayLike<number>,
  targets: ArrayLike<number>,
  options: LagerOptions = {},
): Promise<{ theta: Float64Array; alpha: number }> {
  const { epochs, batchSize, learningRate, seed } = { ...LAGER_DEFAULTS, ...defined(options) };
  const loss = new LagerLoss(data, layers);
  const random = seededRandom(seed);
  /** θ, then α. */
  const parameters = new Float64Array(layers.length + 1);
  parameters[layers.length] = FIRST_ALPHA;
  const adam = new Adam(parameters, learningRate);
  const gradient = new Float64Array(parameters.length);
  const theta = parameters.subarray(0, layers.length);
  const pacer = new Pacer(options.signal, "learning the layer weights");
  let steps = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = shuffledIndices(lines.length, random);
    for (let start = 0; start < order.length; start += batchSize) {
      const batch = order.subarray(start, start + batchSize);
      loss.begin(theta, parameters[layers.length] ?? Number.NaN);
      for (const i of batch) loss.add(lines[i] as number, targets[i] ?? Number.NaN);
      gradient.set(loss.thetaGradient);
      gradient[layers.length] = loss.alphaGradient;
      for (let i = 0; i < gradient.length; i++)
        gradient[i] = (gradient[i] as number) / batch.length;
      adam.step(gradient);
      if (++steps % STEPS_TOGETHER === 0) await pacer.rest();
    }
  }
  return { theta: theta.slice(), alpha: parameters[layers.length] ?? Number.NaN };
}

/** Adam (Kingma and Ba, arXiv 1412.6980), with bias correction. */
class Adam {
  readonly #parameters: Float64Array;
  readonly #rate: number;
  readonly #mean: Float64Array;
  readonly #square: Float64Array;
  #step = 0;

  constructor(parameters: Float64Array, rate: number) {
    this.#parameters = parameters;
    this.#rate = rate;
    this.#mean = new Float64Array(parameters.length);
    this.#square = new Float64Array(parameters.length);
  }

  step(gradient: Float64Array): void {
    this.#step++;
    const meanCorrection = 1 - MOMENTUM ** this.#step;
    const squareCorrection = 1 - SQUARED_MOMENTUM ** this.#step;
    for (let i = 0; i < gradient.length; i++) {
      const g = gradient[i] ?? Number.NaN;
      const mean = MOMENTUM * (this.#mean[i] as number) + (1 - MOMENTUM) * g;
      const square =
        SQUARED_MOMENTUM * (this.#square[i] as number) + (1 - SQUARED_MOMENTUM) * g * g;
      this.#mean[i] = mean;
      this.#square[i] = square;
      const step = mean / meanCorrection / (Math.sqrt(square / squareCorrection) + EPSILON);
      this.#parameters[i] = (this.#parameters[i] ?? Number.NaN) - this.#rate * step;
    }
  }
}

/** The options that were given: a spread would take an explicit undefined over the default. */
function defined(options: LagerOptions): Partial<Record<keyof typeof LAGER_DEFAULTS, number>> {
  const given = Object.entries(options).filter(([, value]) => typeof value === "number");
  return Object.fromEntries(given);
}
