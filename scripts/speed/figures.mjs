/**
 * What one contender did with one block at one reading, both counted from 1: its seconds, and the counts
 * that it gives. `figures.mjs` reads MeasuredSet; a set in the file of results says more.
 *
 * @typedef {{readonly block: number, readonly reading: number, readonly seconds: number,
 *   readonly [figure: string]: number}} MeasuredBlock
 * @typedef {{readonly name: string,
 *   readonly measured: Readonly<Record<string, readonly MeasuredBlock[]>>}} MeasuredSet
 */

/**
 * A median, and an interval that holds the true one with a probability of at least 95 %; of fewer than six
 * values, all of them.
 *
 * @typedef {{value: number, low: number, high: number}} Estimate
 */

/**
 * A figure with what it should be. `least` and `most` are bounds; one of the two is given, or none.
 *
 * @typedef {{what: string, value: number, unit: string, low?: number, high?: number, least?: number,
 *   most?: number}} Figure
 * @typedef {Figure & {where: string}} KeyFigure
 */

/**
 * The middle value; of an even number the mean of the two in the middle. NaN of none.
 *
 * @param {readonly number[]} values
 */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/**
 * The median with an interval from order statistics, which asks nothing of the distribution: below the
 * k-th smallest of n values the true median lies with the probability that a fair coin falls fewer than k
 * times on one side in n throws.
 *
 * @param {readonly number[]} values
 * @returns {Estimate}
 */
export function medianWithInterval(values) {
  const sorted = [...values].sort((a, b) => a - b);
  let k = 0;
  let below = 0;
  let ways = 1;
  while (k < sorted.length / 2) {
    below += ways / 2 ** sorted.length;
    if (below > 0.025) break;
    k++;
    ways = (ways * (sorted.length - k + 1)) / k;
  }
  const rank = Math.max(k, 1);
  const [low = Number.NaN, high = Number.NaN] = [sorted[rank - 1], sorted.at(-rank)];
  return { value: median(sorted), low, high };
}

/**
 * How many times as fast `contender` read a block as `other` did, over the readings that both did. NaN
 * when there is none.
 *
 * @param {Pick<MeasuredSet, "measured">} set
 * @param {string} contender
 * @param {string} other
 */
export function speedRatio(set, contender, other) {
  /** @param {MeasuredBlock} entry */
  const turn = ({ block, reading }) => `${block} ${reading}`;
  const theirs = new Map((set.measured[other] ?? []).map((entry) => [turn(entry), entry.seconds]));
  const ratios = (set.measured[contender] ?? []).map(
    (entry) => (theirs.get(turn(entry)) ?? Number.NaN) / entry.seconds,
  );
  return medianWithInterval(ratios.filter((ratio) => !Number.isNaN(ratio)));
}

/**
 * Sum of one figure over a contender's blocks, each at its first reading; NaN where a block does not
 * have it.
 *
 * @param {MeasuredSet} set
 * @param {string} contender
 * @param {string} figure
 */
export function total(set, contender, figure) {
  const blocks = (set.measured[contender] ?? []).filter(({ reading }) => reading === 1);
  return blocks.reduce((sum, block) => sum + (block[figure] ?? Number.NaN), 0);
}

/**
 * Prompts (items on one criterion) a second: the median over the readings.
 *
 * @param {MeasuredSet} set
 * @param {string} contender
 */
export function promptsPerSecond(set, contender) {
  const blocks = set.measured[contender] ?? [];
  return median(blocks.map(({ prompts = Number.NaN, seconds }) => prompts / seconds));
}

/**
 * The figures, as far as they were measured: each with what it should be.
 *
 * @param {{sets: readonly MeasuredSet[], scaling?: ScalingRuns, startup?: StartupTimes}} results as
 *   run.mjs keeps them
 * @returns {KeyFigure[]}
 */
export function keyFigures({ sets, scaling, startup }) {
  return [
    ...sets.flatMap(setFigures),
    ...(scaling === undefined ? [] : scalingFigures(scaling)),
    ...(startup === undefined ? [] : startupFigures(startup)),
  ].filter(({ value }) => Number.isFinite(value));
}

/**
 * @typedef {{readonly runs: readonly Pick<import("./scaling.mjs").ScalingRun,
 *   "items" | "millisecondsPerItem" | "peakMiB">[]}} ScalingRuns
 * @typedef {Pick<import("./startup.mjs").Startup, "scoreSeconds" | "importMilliseconds">} StartupTimes
 */

/**
 * @param {MeasuredSet} set
 * @returns {KeyFigure[]}
 */
function setFigures(set) {
  const { name } = set;
  if (name === "reasoning") return reasoningFigures(set);
  if (name === "long-labels") return longLabelFigures(set);
  /**
   * @param {string} what
   * @param {string} contender
   * @param {string} other
   * @param {number} [least]
   * @returns {Figure}
   */
  const ratio = (what, contender, other, least) => ({
    what,
    ...speedRatio(set, contender, other),
    unit: "×",
    ...(least !== undefined && { least }),
  });
  const capture = speedRatio(set, "bare", "capture");
  /** @param {Readonly<Record<string, number>>} bounds of the sets that have one */
  const atTarget = (bounds) => bounds[name];
  /** @type {Figure[]} */
  const figures = [
    ratio("ours / bare engine", "ours", "bare", 0.98),
    ratio("bare engine, our kernels / ggml's own", "bare", "stock"),
    {
      what: "time added by the capture of all layers (C++)",
      ...{ value: capture.value - 1, low: capture.low - 1, high: capture.high - 1 },
      unit: "%",
      most: 0.01,
    },
    {
      what: "decoded / distinct tokens",
      value: total(set, "ours", "decodedTokens") / total(set, "ours", "distinctTokens"),
      unit: "×",
      most: 1.02,
    },
    ratio("ours / node-llama-cpp, whole prompts", "ours", "plain", atTarget({ criteria: 13 })),
    ratio(
      "ours / node-llama-cpp, prefix kept",
      "ours",
      "reuse",
      atTarget({ criteria: 2.8, shuffled: 2.8 }),
    ),
    ratio("the same, both with flash attention", "ours-fast", "reuse"),
    ratio("ours / transformers f32, whole prompts", "ours", "whole", atTarget({ criteria: 8 })),
    {
      what: "share of our time in decode",
      value: total(set, "ours", "decodeSeconds") / total(set, "ours", "seconds"),
      unit: "%",
      ...(name === "large" && { least: 0.97 }),
    },
  ];
  return figures.map((figure) => ({ where: name, ...figure }));
}

/**
 * @param {MeasuredSet} set
 * @returns {KeyFigure[]}
 */
function reasoningFigures(set) {
  const seconds = total(set, "ours", "seconds");
  return [
    {
      what: "tokens that the judge wrote, a second",
      value: total(set, "ours", "generatedTokens") / seconds,
      unit: "tokens/s",
    },
    {
      what: "ours, scored, / node-llama-cpp, which only writes as much",
      ...speedRatio(set, "ours", "writer"),
      unit: "×",
    },
    {
      what: "items a second, 64 tokens at most",
      value: total(set, "ours", "items") / seconds,
      unit: "items/s",
    },
  ].map((figure) => ({ where: set.name, ...figure }));
}

/**
 * @param {MeasuredSet} set
 * @returns {KeyFigure[]}
 */
function longLabelFigures(set) {
  return [
    {
      what: "prompts a second, 1 to 10",
      value: promptsPerSecond(set, "ours"),
      unit: "prompts/s",
    },
    {
      what: "1 to 10 / 1 to 5, whose labels are one token each",
      ...speedRatio(set, "ours", "ours-short-labels"),
      unit: "×",
    },
    {
      what: "decoded / distinct tokens",
      value: total(set, "ours", "decodedTokens") / total(set, "ours", "distinctTokens"),
      unit: "×",
    },
  ].map((figure) => ({ where: set.name, ...figure }));
}

/**
 * @param {ScalingRuns} scaling
 * @returns {KeyFigure[]}
 */
function scalingFigures({ runs }) {
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const between = `${last.items} items against ${first.items}`;
  return [
    {
      what: `peak memory, ${between}`,
      value: last.peakMiB - first.peakMiB,
      unit: "MiB more",
      most: 40,
    },
    // Of the steady part: what a run takes before its first item is in the start-up's figures.
    {
      what: `milliseconds an item, ${last.items} items`,
      value: last.millisecondsPerItem,
      unit: "ms",
    },
  ].map((figure) => ({ where: "scaling", ...figure }));
}

/**
 * @param {StartupTimes} startup
 * @returns {KeyFigure[]}
 */
function startupFigures({ scoreSeconds, importMilliseconds }) {
  return [
    {
      what: "lager score of one item, warm",
      ...medianWithInterval(scoreSeconds),
      unit: "s",
      most: 0.6,
    },
    {
      what: "import of the library",
      ...medianWithInterval(importMilliseconds),
      unit: "ms",
      most: 100,
    },
  ].map((figure) => ({ where: "startup", ...figure }));
}

/**
 * Whether a figure is within its bound; null when it has none.
 *
 * @param {Figure} figure
 */
export function isMet({ value, least, most }) {
  if (least !== undefined) return value >= least;
  if (most !== undefined) return value <= most;
  return null;
}
