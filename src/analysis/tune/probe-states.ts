import { LagerError, throwIfAborted } from "../../base/errors.ts";
import { Pacer } from "../../base/pacer.ts";
import type { RunHidden } from "../../run/run-hidden.ts";
import { dotOfRows } from "./cholesky.ts";
import { MOST_LEARNED_ROWS, wholeRecords } from "./learned-rows.ts";
import type { TrainingSet } from "./training-set.ts";

/** Standardised hidden states of a training set's rows, and what undoes it. */
export interface ProbeStates {
  /** Layers that they are of, and numbers in each. */
  readonly layers: readonly number[];
  readonly width: number;
  /**
   * Each number less its criterion's mean, over its deviation within the criteria, over the root of
   * the number of features, so that a row's square is about 1. Shape [rows, layers · width].
   */
  readonly features: Float32Array;
  /** Shape [criteria][layers · width]. */
  readonly means: readonly Float64Array[];
  /** What a state less its mean is multiplied by, shape [layers · width]. */
  readonly scales: Float64Array;
  /**
   * Of the rows that are learned from their place in `gram`, −1: the others are scored alone. Shape
   * [rows].
   */
  readonly placeOf: Int32Array;
  /** Products of those rows' features, shape [places, places]. */
  readonly gram: Float64Array;
}

/** Bytes of hidden states that are held in memory. */
const MOST_BYTES = 2 ** 30;

/**
 * Reads and standardises the hidden states of a training set. Beyond {@link MOST_LEARNED_ROWS} rows,
 * whole records drawn at random are learned from.
 *
 * @param layers Of those that were captured.
 * @throws LagerError `INVALID_ARGUMENT` when the states do not fit into memory, `CAPTURE_INCOMPLETE`, `INVALID_RUN`.
 */
export async function probeStates(
  set: TrainingSet,
  hidden: RunHidden,
  layers: readonly number[],
  seed: number,
  signal?: AbortSignal,
): Promise<ProbeStates> {
  const rows = set.lines.length;
  const places = layers.map((layer) => hidden.layers.indexOf(layer));
  const missing = layers.filter((_, i) => places[i] === -1);
  if (missing.length > 0) {
    throw new LagerError(
      "CAPTURE_INCOMPLETE",
      `the hidden states of layer ${missing.join()} were not captured, only those of ` +
        `${hidden.layers.join()}: name some of these with --layers`,
      { place: { file: set.table.files[0] ?? "" } },
    );
  }
  const { width } = hidden;
  const size = layers.length * width;
  if (rows * size * 4 > MOST_BYTES) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `the hidden states of ${rows} labelled lines and ${layers.length} layers take ` +
        `${((rows * size * 4) / 2 ** 30).toFixed(1)} GiB, and 1 is allowed: choose fewer layers ` +
        "with --layers, one of which is often enough",
      { place: { file: set.table.files[0] ?? "" } },
    );
  }
  const features = new Float32Array(rows * size);
  for (let row = 0; row < rows; row++) {
    throwIfAborted(signal, "reading the hidden states");
    const states = await hidden.read(set.lines[row] as number);
    for (const [i, place] of places.entries()) {
      features.set(states.subarray(place * width, (place + 1) * width), row * size + i * width);
    }
  }
  const standard = standardiseRows(set, features, size);
  const learned = wholeRecords(set, MOST_LEARNED_ROWS, seed);
  const placeOf = new Int32Array(rows).fill(-1);
  for (const [place, row] of learned.entries()) placeOf[row] = place;
  const gram = await gramOf(features, size, learned, signal);
  return { layers, width, features, ...standard, placeOf, gram };
}

/** In place. */
function standardiseRows(
  set: TrainingSet,
  features: Float32Array,
  size: number,
): Pick<ProbeStates, "means" | "scales"> {
  const rows = set.lines.length;
  const counts = new Float64Array(set.criteria.length);
  const means = set.criteria.map(() => new Float64Array(size));
  for (let row = 0; row < rows; row++) {
    const mean = means[set.criterionOf[row] as number] as Float64Array;
    counts[set.criterionOf[row] as number] = (counts[set.criterionOf[row] as number] as number) + 1;
    for (let i = 0; i < size; i++)
      mean[i] = (mean[i] as number) + (features[row * size + i] as number);
  }
  for (const [c, mean] of means.entries()) {
    for (let i = 0; i < size; i++) mean[i] = (mean[i] as number) / Math.max(1, counts[c] as number);
  }
  const squares = new Float64Array(size);
  for (let row = 0; row < rows; row++) {
    const mean = means[set.criterionOf[row] as number] as Float64Array;
    for (let i = 0; i < size; i++) {
      const centred = (features[row * size + i] as number) - (mean[i] as number);
      features[row * size + i] = centred;
      squares[i] = (squares[i] as number) + centred * centred;
    }
  }
  // A number that never varies is given no weight.
  const scales = squares.map((square) =>
    square > 1e-12 * rows ? Math.sqrt(rows / (square * size)) : 0,
  );
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < size; i++) {
      features[row * size + i] = (features[row * size + i] as number) * (scales[i] as number);
    }
  }
  return { means, scales };
}

async function gramOf(
  features: Float32Array,
  size: number,
  rows: Int32Array,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const count = rows.length;
  const gram = new Float64Array(count * count);
  const pacer = new Pacer(signal, "comparing the hidden states");
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      const [one, other] = [rows[i] as number, rows[j] as number];
      const sum = dotOfRows(features, one * size, other * size, size);
      gram[i * count + j] = sum;
      gram[j * count + i] = sum;
    }
    await pacer.rest();
  }
  return gram;
}
