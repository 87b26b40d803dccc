import { Random } from "./random.mjs";

/**
 * The steps of a case, each with draws of its own, so that leaving one out leaves the others as they are.
 *
 * @param {string} seed
 * @param {number[] | undefined} taken
 * @param {(random: Random) => void} step
 * @returns {number[]} those that were taken.
 */
export function takeSteps(seed, taken, step) {
  const random = new Random(seed);
  const all = Array.from({ length: 1 + random.below(random.pick([1, 2, 4])) }, (_, i) => i);
  const steps = all.filter((i) => taken?.includes(i) ?? true);
  for (const i of steps) step(new Random(`${seed}/${i}`));
  return steps;
}
