// How often the interval of a comparison covers 0 where two sets of answers are equal: simulated, so that the
// truth is known. Counted beside it: the plain percentile interval, and how often `p` is below 0.05.
//
//   node scripts/research/compare/coverage.mjs [DRAWS] [RESAMPLES]
import { pairFigures } from "../../../dist/analysis/compare/pair-figures.js";
import { pairStatistic } from "../../../dist/analysis/compare/pair-sums.js";
import { bootstrapEstimate } from "../../../dist/analysis/stats/estimate.js";
import { seededRandom } from "../../../dist/analysis/stats/random.js";
import { resampleSums } from "../../../dist/analysis/stats/resample-sums.js";
import { planResamples } from "../../../dist/analysis/stats/resampling-plan.js";

const [draws = 10_000, resamples = 1000] = process.argv.slice(2).map(Number);
const LEVEL = 0.95;

/** @typedef {() => number} Draw */

/** Of a standard normal, by Box and Muller. @type {(random: Draw) => number} */
const normal = (random) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** A judge that is nearly sure: most scores lie at an end of the scale. @type {(random: Draw) => number} */
const ends = (random) => (random() < 0.1 ? 1 + 0.2 * random() : 5 - 0.2 * random());

/** @type {{name: string, records: number, groupSize: number, noise: (random: Draw) => number}[]} */
const CASES = [
  { name: "100 records", records: 100, groupSize: 1, noise: normal },
  { name: "100 records in 25 groups", records: 100, groupSize: 4, noise: normal },
  { name: "100 records, scores at the ends", records: 100, groupSize: 1, noise: ends },
  { name: "30 records", records: 30, groupSize: 1, noise: normal },
  { name: "10 records", records: 10, groupSize: 1, noise: normal },
];

console.log("| equal sets | interval covers 0 | plain percentiles | p < 0.05 |");
console.log("| --- | ---: | ---: | ---: |");
for (const [place, { name, records, groupSize, noise }] of CASES.entries()) {
  const groupOf = Int32Array.from({ length: records }, (_, i) => Math.floor(i / groupSize));
  const groupCount = Math.ceil(records / groupSize);
  let [covered, plain, significant] = [0, 0, 0];
  for (let draw = 0; draw < draws; draw++) {
    const random = seededRandom(place, draw);
    const system = () => {
      // What a set's answers to one group of instructions have in common.
      const shared = Float64Array.from({ length: groupCount }, () => noise(random));
      const scores = Float64Array.from(groupOf, (group) =>
        groupSize === 1 ? (shared[group] ?? 0) : (shared[group] ?? 0) + noise(random),
      );
      return { scores, lengths: new Float64Array(records).fill(Number.NaN) };
    };
    const columns = /** @type {const} */ ([system(), system()]);
    const statistic = pairStatistic(...columns, { groupOf, groupCount });
    const plan = planResamples(groupCount, records, resamples, draw);
    const [resampled = { figures: [], deviations: [] }] = await resampleSums([statistic], plan, {
      seed: draw,
      rest: async () => {},
    });
    const [counts = new Float64Array(0), sums = new Float64Array(0)] = statistic.columns;
    const pair = { first: "a", second: "b", columns, counts, sums, resampled };
    const [figures] = pairFigures([pair], { level: LEVEL });
    if (figures === undefined) throw new Error("a pair has figures");
    if (holdsZero(figures.difference)) covered++;
    const [mean = 0] = resampled.figures;
    if (holdsZero(bootstrapEstimate(mean, resampled.deviations[0] ?? [], LEVEL))) plain++;
    if ((figures.p ?? 1) < 1 - LEVEL) significant++;
  }
  const shares = [covered, plain, significant].map(
    (count) => `${((100 * count) / draws).toFixed(1)} %`,
  );
  console.log(`| ${name} | ${shares.join(" | ")} |`);
}

/** @param {{low: number | null, high: number | null}} interval */
function holdsZero({ low, high }) {
  return low !== null && high !== null && low <= 0 && high >= 0;
}
