// What an engine in a process of its own costs, against one in the caller's: both in turn, each time in a fresh
// process. Linux alone.
//
//   node scripts/research/isolation/cost.mjs [--judge NAME] [--rounds N] [--items N] [--aborts N]
//     [--threads N]   of the engine; with one less than there are processors, nobody waits for one
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";

const ONCE = fileURLToPath(new URL("once.mjs", import.meta.url));
const { values } = parseArgs({
  options: {
    judge: { type: "string", default: "smollm2-135m" },
    rounds: { type: "string", default: "7" },
    items: { type: "string", default: "40" },
    aborts: { type: "string", default: "60" },
    threads: { type: "string", default: "auto" },
  },
});

/** @typedef {{loadMs: number, tokensPerSecond: number, cpuMs: number, stallMs: number, memory: number, abortMs: number[]}} Once */

const WAYS = /** @type {const} */ (["none", "process"]);
/** @type {Record<typeof WAYS[number], Once[]>} */
const found = { none: [], process: [] };
for (let round = 0; round <= Number(values.rounds); round++) {
  // Whichever goes first finds the caches colder; the first round warms them and does not count.
  for (const way of round % 2 === 0 ? WAYS : WAYS.toReversed()) {
    const words = [ONCE, way, values.judge, values.items, values.aborts, values.threads];
    const { stdout } = await promisify(execFile)(process.execPath, words);
    const once = JSON.parse(stdout);
    if (round > 0) found[way].push(once);
    process.stderr.write(`${round} ${way}: ${Math.round(once.tokensPerSecond)} tokens/s\n`);
  }
}

/** @param {readonly number[]} numbers @param {number} share */
function quantile(numbers, share) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** @param {(once: Once) => number} figure */
function medians(figure) {
  return WAYS.map((way) => quantile(found[way].map(figure), 0.5));
}

const rows = [
  ["throughput, prompt tokens/s", ...medians((once) => once.tokensPerSecond), 0],
  ["processor time a 1 000 prompt tokens, ms", ...medians((once) => once.cpuMs), 1],
  ["loading, ms", ...medians((once) => once.loadMs), 0],
  ["memory, MiB", ...medians((once) => once.memory / 2 ** 20), 0],
  ["longest stall of the event loop, ms", ...medians((once) => once.stallMs), 1],
  [
    "… of all rounds, ms",
    ...WAYS.map((way) =>
      quantile(
        found[way].map(({ stallMs }) => stallMs),
        1,
      ),
    ),
    1,
  ],
  [
    "abort, median ms",
    ...WAYS.map((way) =>
      quantile(
        found[way].flatMap(({ abortMs }) => abortMs),
        0.5,
      ),
    ),
    1,
  ],
  [
    "abort, 99 % ms",
    ...WAYS.map((way) =>
      quantile(
        found[way].flatMap(({ abortMs }) => abortMs),
        0.99,
      ),
    ),
    1,
  ],
];
console.log("| figure | none | process | difference |\n| --- | --- | --- | --- |");
for (const [name, none, process, digits] of rows) {
  const [a, b, places] = [Number(none), Number(process), Number(digits)];
  const difference =
    name === rows[0]?.[0] || name === rows[1]?.[0]
      ? `${(100 * (b / a - 1)).toFixed(1)} %`
      : (b - a).toFixed(places);
  console.log(`| ${name} | ${a.toFixed(places)} | ${b.toFixed(places)} | ${difference} |`);
}
console.log(
  `\n${values.rounds} rounds; ${found.none.flatMap(({ abortMs }) => abortMs).length} aborts each way`,
);
