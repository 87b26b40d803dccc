/** The middle value; of an even number the mean of the two in the middle. NaN of none. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1
    ? sorted[Math.floor(middle)]
    : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * How many times as fast `contender` read a block as `other` did: the median over the blocks that
 * both read. NaN when there is none.
 *
 * @param {{measured: Record<string, {block: number, seconds: number}[]>}} set
 */
export function speedRatio(set, contender, other) {
  const ours = set.measured[contender] ?? [];
  const theirs = new Map((set.measured[other] ?? []).map((entry) => [entry.block, entry.seconds]));
  return median(
    ours
      .filter(({ block }) => theirs.has(block))
      .map(({ block, seconds }) => theirs.get(block) / seconds),
  );
}

/** Sum of one figure over a contender's blocks. */
export function total(set, contender, figure) {
  return (set.measured[contender] ?? []).reduce((sum, entry) => sum + entry[figure], 0);
}

/** Prompts (items on one criterion) a second: the median over the blocks. */
export function promptsPerSecond(set, contender) {
  return median((set.measured[contender] ?? []).map(({ prompts, seconds }) => prompts / seconds));
}

/**
 * The figures, as far as they were measured: each with what it should be. `least` and `most`
 * are bounds; one of the two is given, or none.
 *
 * @param {object} results as run.mjs keeps them
 * @returns {{what: string, where: string, value: number, unit: string, least?: number,
 *   most?: number}[]}
 */
export function keyFigures({ sets, scaling, startup }) {
  return [
    ...sets.flatMap(setFigures),
    ...(scaling === undefined ? [] : scalingFigures(scaling)),
    ...(startup === undefined ? [] : startupFigures(startup)),
  ].filter(({ value }) => Number.isFinite(value));
}

function setFigures(set) {
  const { name } = set;
  if (name === "reasoning") return reasoningFigures(set);
  const ratio = (what, contender, other, least) => ({
    what,
    value: speedRatio(set, contender, other),
    unit: "×",
    ...(least !== undefined && { least }),
  });
  const atTarget = (bounds) => bounds[name];
  return [
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
      ...["ours", "reuse"],
      atTarget({ criteria: 1, shuffled: 1 }),
    ),
    ratio(
      "the same, prepared",
      ...["ours-prepared", "reuse"],
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
  ].map((figure) => ({ where: name, ...figure }));
}

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

function scalingFigures({ runs }) {
  const [first, last] = [runs[0], runs[runs.length - 1]];
  if (first === undefined || first === last) return [];
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

function startupFigures({ scoreSeconds, importMilliseconds }) {
  return [
    { what: "lager score of one item, warm", value: median(scoreSeconds), unit: "s", most: 1.5 },
    { what: "import of the library", value: median(importMilliseconds), unit: "ms", most: 100 },
  ].map((figure) => ({ where: "startup", ...figure }));
}

/** Whether a figure is within its bound; null when it has none. */
export function isMet({ value, least, most }) {
  if (least !== undefined) return value >= least;
  if (most !== undefined) return value <= most;
  return null;
}
