import { krippendorffAlpha, quadraticKappa } from "../../analysis/stats/rater-agreement.ts";
import { LagerError } from "../../base/errors.ts";
import { lineKey } from "../../run/line-key.ts";
import { type Rating, readRatings } from "../../run/ratings.ts";
import type { RaterAgreement, RaterComparison } from "./result.ts";

/** The scores of one record on one criterion, by rater. */
interface Unit {
  readonly criterion: string;
  readonly scores: Map<string, number>;
}

/**
 * How far raters agree: Krippendorff's α and the weighted κ, on each criterion and on all. What
 * `lager label agreement` does.
 *
 * @param files ratings files; a rater goes by name, in whichever of them.
 * @throws LagerError `INVALID_ARGUMENT` when there are fewer than two raters, and as reading ratings.
 */
export async function compareRaters(files: readonly string[]): Promise<RaterComparison> {
  const units = new Map<string, Unit>();
  const counts = new Map<string, number>();
  for (const file of files) {
    for (const rating of (await readRatings(file)).ratings) {
      if (rating.human === null) continue;
      unitOf(units, rating).scores.set(rating.rater, rating.human);
    }
  }
  for (const { scores } of units.values()) {
    for (const rater of scores.keys()) counts.set(rater, (counts.get(rater) ?? 0) + 1);
  }
  const raters = [...counts.keys()].sort();
  if (raters.length < 2) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `agreement takes two raters, and the scores are ${raters.length === 0 ? "nobody's" : `all ${JSON.stringify(raters[0])}'s`}: ` +
        "each rater gives a name with --rater",
    );
  }
  const all = [...units.values()];
  const criteria = [...new Set(all.map(({ criterion }) => criterion))];
  const of = (criterion: string | null, some: readonly Unit[]): RaterAgreement => ({
    criterion,
    shared: some.filter(({ scores }) => scores.size > 1).length,
    alpha: krippendorffAlpha(some.map(({ scores }) => [...scores.values()])),
    kappa: meanKappa(some, raters),
  });
  return {
    raters: raters.map((rater) => ({ rater, scores: counts.get(rater) ?? 0 })),
    agreement: [
      ...criteria.map((name) =>
        of(
          name,
          all.filter(({ criterion }) => criterion === name),
        ),
      ),
      of(null, all),
    ],
  };
}

function unitOf(units: Map<string, Unit>, rating: Rating): Unit {
  const key = lineKey(rating);
  const unit = units.get(key) ?? { criterion: rating.criterion, scores: new Map<string, number>() };
  units.set(key, unit);
  return unit;
}

/** Over the pairs of raters for which it is defined. */
function meanKappa(units: readonly Unit[], raters: readonly string[]): number | null {
  const found: number[] = [];
  for (const [i, first] of raters.entries()) {
    for (const second of raters.slice(i + 1)) {
      const both = units.flatMap(({ scores }) => {
        const [a, b] = [scores.get(first), scores.get(second)];
        return a === undefined || b === undefined ? [] : [[a, b] as const];
      });
      const kappa = quadraticKappa(
        both.map(([a]) => a),
        both.map(([, b]) => b),
      );
      if (kappa !== null) found.push(kappa);
    }
  }
  return found.length === 0 ? null : found.reduce((sum, each) => sum + each, 0) / found.length;
}
