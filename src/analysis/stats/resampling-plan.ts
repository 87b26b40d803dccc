import type { Random } from "./random.ts";
import { seededRandom, shuffledIndices } from "./random.ts";

/** How a sample of units (records) is resampled. */
export interface ResamplingPlan {
  /**
   * The units of each bag. One bag with all units is the ordinary bootstrap. Large samples are
   * parted at random into bags, each of which is resampled on its own.
   */
  readonly bags: readonly Int32Array[];
  /** Draws, with replacement, in a resample of any bag: as many as there are units in all bags. */
  readonly draws: number;
  /** Resamples of each bag. */
  readonly resamplesPerBag: number;
}

/** Beyond so many lines a resample would take too long, and the sample is parted into bags. */
const MOST_LINES_IN_A_BAG = 4_000;

/** More bags than that take more time than their resamples. */
const MOST_BAGS = 10;

/**
 * Plans a bootstrap over units that are drawn whole.
 *
 * Up to {@link MOST_LINES_IN_A_BAG} lines it is the ordinary one. Beyond, it is the "bag of little
 * bootstraps" (Kleiner, Talwalkar, Sarkar and Jordan 2014): a bag of b units stands for all n, and a
 * resample of it draws n times, so that its spread is that of a sample of n; the time goes with b.
 *
 * @param units Number of units, n.
 * @param lines Number of lines that all units have together.
 * @param resamples Resamples wanted, of all bags together; rounded up to the same number for each.
 */
export function planResamples(
  units: number,
  lines: number,
  resamples: number,
  seed: number,
): ResamplingPlan {
  if (lines <= MOST_LINES_IN_A_BAG) {
    const all = Int32Array.from({ length: units }, (_, unit) => unit);
    return { bags: [all], draws: units, resamplesPerBag: resamples };
  }
  const size = Math.max(1, Math.floor((units * MOST_LINES_IN_A_BAG) / lines));
  const order = shuffledIndices(units, seededRandom(seed, PARTING));
  const count = Math.min(MOST_BAGS, Math.ceil(units / size));
  // With few bags they share out all units evenly instead of leaving a remainder out.
  const each = Math.min(size, Math.ceil(units / count));
  const bags = Array.from({ length: count }, (_, bag) => order.slice(bag * each, (bag + 1) * each));
  return {
    bags: bags.filter((bag) => bag.length > 0),
    draws: units,
    resamplesPerBag: Math.ceil(resamples / count),
  };
}

/** Random streams of their own for parting and for each bag's draws. */
const PARTING = -1;

/** The draws of a bag's resamples, one after the other. */
export function bagRandom(seed: number, bag: number): Random {
  return seededRandom(seed, bag);
}

/**
 * Draws a resample of a bag.
 *
 * @param counts Filled with how often each unit was drawn, by unit; zero outside of the bag.
 */
export function drawResample(
  bag: Int32Array,
  draws: number,
  random: Random,
  counts: Int32Array,
): void {
  counts.fill(0);
  for (let i = 0; i < draws; i++) {
    const unit = bag[Math.floor(random() * bag.length)] as number;
    counts[unit] = (counts[unit] as number) + 1;
  }
}
