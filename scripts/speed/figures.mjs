/**
 * What one contender did with one block: its seconds, and the counts that it gives. `figures.mjs`
 * reads MeasuredSet; a set in the file of results says more.
 *
 * @typedef {{readonly block: number, readonly seconds: number, readonly [figure: string]: number}} MeasuredBlock
 * @typedef {{readonly name: string,
 *   readonly measured: Readonly<Record<string, readonly MeasuredBlock[]>>}} MeasuredSet
 */

/**
 * One of the figures. `least` and `most` are bounds; one of the two is given, or none.
 *
 * @typedef {{what: string, value: number, unit: string, least?: number, most?: number}} Figure
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
 * How many times as fast `contender` read a block as `other` did: the median over the blocks that
 * both read. NaN when there is none.
 *
 * @param {Pick<MeasuredSet, "measured">} set
 * @param {string} contender
 * @param {string} other
 */
export function speedRatio(set, contender, other) {
  const ours = set.measured[contender] ?? [];
  const theirs = new Map((set.measured[other] ?? []).map((entry) => [entry.block, entry.seconds]));
  const ratios = ours.map(({ block, seconds }) => (theirs.get(block) ?? Number.NaN) / seconds);
  return median(ratios.filter((ratio) => !Number.isNaN(ratio)));
}

/**
 * Sum of one figure over a contender's blocks; NaN where a block does not have it.
 *
 * @param {MeasuredSet} set
 * @param {string} contender
 * @param {string} figure
 */
export function total(set, contender, figure) {
  const blocks = set.measured[contender] ?? [];
  return blocks.reduce((sum, block) => sum + (block[figure] ?? Number.NaN), 0);
}

/**
 * Prompts (items on one criterion) a second: the median over the blocks.
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
  /**
   * @param {string} what
   * @param {string} contender
   * @param {string} other
   * @param {number} [least]
   * @returns {Figure}
   */
  const ratio = (what, contender, other, least) => ({
    what,
    value: speedRatio(set, contender, other),
    unit: "×",
    ...(least !== undefined && { least }),
  });
  /** @param {Readonly<Record<string, number>>} bounds of the sets that have one */
  const atTarget = (bounds) => bounds[name];
  /** @type {Figure[]} */
  const figures = [
    ratio("ours / bare engine", "ours", "bare", 0.97),
    ratio("ours / bare engine, both prepared", "ours-prepared", "bare-prepared", 0.97),
    ratio("bare engine, our kernels / ggml's own", "bare", "stock"),
    {
      what: "time added by the capture of all layers (C++)",
      value: 1 / speedRatio(set, "capture", "bare") - 1,
      unit: "%",
      most: 0.02,
    },
    {
      what: "decoded / distinct tokens",
      value: total(set, "ours", "decodedTokens") / total(set, "ours", "distinctTokens"),
      unit: "×",
      most: 1.02,
    },
    ratio("ours / node-llama-cpp, whole prompts", "ours", "plain", atTarget({ criteria: 3.8 })),
    ratio("the same, prepared", "ours-prepared", "plain", atTarget({ criteria: 7 })),
    ratio(
      "ours / node-llama-cpp, prefix kept",
      "ours",
      "reuse",
      atTarget({ criteria: 1, shuffled: 1 }),
    ),
    ratio(
      "the same, prepared",
      "ours-prepared",
      "reuse",
      atTarget({ criteria: 1.8, shuffled: 1.8 }),
    ),
    ratio("the same, both with flash attention", "ours-fast", "reuse"),
    ratio("ours / transformers f32, whole prompts", "ours", "whole", atTarget({ criteria: 2.5 })),
    ratio("the same, prepared", "ours-prepared", "whole", atTarget({ criteria: 5 })),
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
      what: "items a second, 64 tokens at most",
      value: total(set, "ours", "items") / seconds,
      unit: "items/s",
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
      most: 64,
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
    { what: "lager score of one item, warm", value: median(scoreSeconds), unit: "s", most: 1.5 },
    { what: "import of the library", value: median(importMilliseconds), unit: "ms", most: 100 },
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
