import type {
  CriterionComparison,
  PairComparison,
  SystemComparison,
} from "../../analysis/compare/comparison-result.ts";
import type { Estimate } from "../../analysis/stats/estimate.ts";
import {
  countText,
  differenceText,
  figureText,
  intervalText,
  NO_FIGURE,
  percentText,
} from "../../base/figure-text.ts";
import { estimateDecimals } from "./estimate-decimals.ts";

/** A table of a comparison, as a terminal, Markdown and a page show it. */
export interface ComparisonTable {
  readonly title: string;
  /** The first is of names, and so is the last where `endsInText`. */
  readonly columns: readonly string[];
  readonly endsInText: boolean;
  readonly rows: readonly (readonly string[])[];
  /** What stands below it, in whole sentences. */
  readonly below: readonly string[];
}

/** A longer name makes a table too wide where it heads a column. */
const HEADING = 12;

/** Of pairs that are not told apart, so many are said in sentences. */
const OPEN_PAIRS = 3;

/** A criterion with its name; the mean over the criteria comes first. */
type Scope = readonly [name: string, comparison: CriterionComparison];

/** The tables of a comparison: of two systems, or of more. */
export function comparisonTables(comparison: SystemComparison): ComparisonTable[] {
  const scopes = comparisonScopes(comparison);
  return comparison.systems.length === 2
    ? twoSystems(comparison, scopes)
    : scopes.flatMap((scope) => severalSystems(comparison, scope));
}

/** What was compared, in a line. */
export function comparedText({ systems, pairedBy, bootstrap, figure }: SystemComparison): string {
  const names = systems.map(({ name }) => name);
  const shown = names.length > 6 ? [...names.slice(0, 6), "…"] : names;
  const of = figure === "score" ? "" : ` by ${figure}`;
  const by = pairedBy === "id" ? "record" : "instruction";
  return (
    `${names.length} systems (${shown.join(", ")})${of}, paired by ${by}; ` +
    `[low, high]: ${percentText(bootstrap.level)} intervals from ${countText(bootstrap.resamples)} resamples ` +
    `of ${countText(bootstrap.groups)} groups, seed ${bootstrap.seed}`
  );
}

/** What can be said in a sentence: which of two is better, or which of several leads. */
export function leadText(comparison: SystemComparison): string {
  const [[name, { pairs, leaderboard }] = ["", { pairs: [], leaderboard: [] }]] =
    comparisonScopes(comparison);
  const [pair] = pairs;
  if (pair !== undefined && pairs.length === 1) return `On ${name}, ${verdict(pair)}.`;
  const [best] = leaderboard;
  if (best === undefined) return "";
  return `On ${name}, ${best.system} has the highest mean, ${meanText(best.mean)}.`;
}

/** Which of two systems is better. */
function verdict(pair: PairComparison): string {
  const { first, second, difference, settled } = pair;
  const by = estimateText(difference);
  if (difference.value === null) return `${first} and ${second} have no record in common`;
  if (!settled) {
    return `${first} and ${second} are not told apart (${second} − ${first}: ${by}); ${moreText(pair)}`;
  }
  return `${second} is ${difference.value > 0 ? "better" : "worse"} than ${first}: ${by}`;
}

function moreText({ moreRecords, difference }: PairComparison): string {
  if (moreRecords === null) {
    return difference.value === 0
      ? "no number of records would settle it"
      : "there are too few records to say how many would settle it";
  }
  if (moreRecords > 1_000_000) return "it would take more than a million records to settle it";
  return `${countText(moreRecords)} more records would settle a difference like this`;
}

/** The mean over the criteria, where there are several, then each of them. */
export function comparisonScopes({ criteria, overall }: SystemComparison): Scope[] {
  const all = Object.entries(criteria);
  return overall === null ? all : [["all criteria", overall], ...all];
}

function twoSystems({ systems }: SystemComparison, scopes: readonly Scope[]): ComparisonTable[] {
  const headings = headingsOf(systems);
  const [[first, short] = ["", ""], [second, other] = ["", ""]] = [...headings];
  const pairs = scopes.flatMap(([name, { pairs, leaderboard }]) =>
    pairs.map((pair) => ({ name, pair, leaderboard })),
  );
  const meanOf = (
    board: CriterionComparison["leaderboard"],
    system: string,
    pair: PairComparison,
  ) =>
    figureText(
      board.find((each) => each.system === system)?.mean.value,
      estimateDecimals(pair.difference),
    );
  const explained = (name: string, shown: string) => (name === shown ? name : `${name} (${shown})`);
  const differences: ComparisonTable = {
    title: `${explained(second, other)} less ${explained(first, short)}`,
    columns: [
      "criterion",
      "n",
      short,
      other,
      "difference",
      "won · tie · lost",
      "d",
      "ahead",
      "better",
    ],
    endsInText: true,
    rows: pairs.map(({ name, pair, leaderboard }) => [
      name,
      String(pair.n),
      meanOf(leaderboard, first, pair),
      meanOf(leaderboard, second, pair),
      estimateText(pair.difference),
      `${pair.wins} · ${pair.ties} · ${pair.losses}`,
      differenceText(pair.effectSize, 2),
      percentText(pair.probabilityOfSuperiority.value),
      betterOf(pair, headings),
    ]),
    below: [
      `won, tie, lost: by ${other}; a difference up to ${pairs
        .map(({ pair }) => figureText(pair.resolution, estimateDecimals(pair.difference)))
        .filter((text, i, all) => all.indexOf(text) === i)
        .join(", ")} is a tie. d: difference by the scores' spread (Cohen's d_av). ` +
        `ahead: share of pairs in which ${other} has the higher score.`,
      ...pairs
        .filter(({ pair }) => !pair.settled && pair.difference.value !== null)
        .map(({ name, pair }) => `${name}: not settled; ${moreText(pair)}.`),
    ],
  };
  return [differences, ...lengthTable(other, pairs)];
}

/** What heads each system's column: its name, or its place in the order given where names are long. */
function headingsOf(systems: SystemComparison["systems"]): ReadonlyMap<string, string> {
  const isShort = systems.every(({ name }) => [...name].length <= HEADING);
  const place = (i: number) => (systems.length === 2 ? ["first", "second"][i] : String(i + 1));
  return new Map(systems.map(({ name }, i) => [name, isShort ? name : (place(i) ?? "")]));
}

function lengthTable(
  second: string,
  pairs: readonly { readonly name: string; readonly pair: PairComparison }[],
): ComparisonTable[] {
  const rows = pairs.flatMap(({ name, pair: { length, difference } }) =>
    length === null
      ? []
      : [
          [
            name,
            differenceText(length.meanDifference, 0),
            estimateText(difference),
            estimateText(length.part),
            estimateText(length.rest),
            shareText(length.share),
          ],
        ],
  );
  if (rows.length === 0) return [];
  return [
    {
      title: "how much goes with the response's length",
      columns: ["criterion", "longer by", "difference", "with length", "at equal length", "share"],
      endsInText: false,
      rows,
      below: [
        `longer by: mean length of ${second} less the other's, in characters. with length: what a line ` +
          "fitted to the differences of the lengths gives; the share only where the difference is settled.",
      ],
    },
  ];
}

function severalSystems(
  { systems }: SystemComparison,
  [name, { leaderboard, pairs }]: Scope,
): ComparisonTable[] {
  const headings = headingsOf(systems);
  const names = [...headings.keys()];
  const rowName = (name: string) => {
    const heading = headings.get(name);
    return heading === name ? name : `${heading} · ${name}`;
  };
  return [
    {
      title: `leaderboard: ${name}`,
      columns: ["system", "n", "mean", "length"],
      endsInText: false,
      rows: leaderboard.map(({ system, n, mean, meanLength }) => [
        rowName(system),
        String(n),
        meanText(mean),
        figureText(meanLength, 0),
      ]),
      below: [],
    },
    {
      title: `row less column: ${name}`,
      columns: ["", ...headings.values()],
      endsInText: false,
      rows: names.map((row) => [rowName(row), ...names.map((column) => cell(pairs, row, column))]),
      below: [
        "* settled: the interval leaves out 0, and p, corrected by Holm for the number of pairs, is small.",
        ...openTexts(pairs),
      ],
    },
    ...severalLengths(name, pairs, headings),
  ];
}

/** What a system's mean is less another's, with a star where that is settled. */
function cell(pairs: readonly PairComparison[], row: string, column: string): string {
  if (row === column) return "";
  const between = (first: string, second: string): PairComparison | undefined =>
    pairs.find((pair) => pair.first === first && pair.second === second);
  const pair = between(column, row);
  const turned = between(row, column);
  const difference = (pair ?? turned)?.difference;
  const decimals = difference === undefined ? 2 : estimateDecimals(difference);
  const value = pair?.difference.value ?? negated(turned?.difference.value);
  const settled = (pair ?? turned)?.settled === true;
  return `${differenceText(value, decimals)}${settled ? "*" : ""}`;
}

/** Pairs that are not told apart, first those that the fewest records more would settle. */
function openTexts(pairs: readonly PairComparison[]): string[] {
  const left = ({ moreRecords }: PairComparison) => moreRecords ?? Number.POSITIVE_INFINITY;
  const open = pairs
    .filter(({ settled }) => !settled)
    // Of two without bounds the difference is no number.
    .sort((a, b) => (left(a) === left(b) ? 0 : left(a) - left(b)));
  const more = open.length - OPEN_PAIRS;
  return [
    ...open.slice(0, OPEN_PAIRS).map((pair) => `${verdict(pair)}.`),
    ...(more > 0
      ? [`${more} more of the ${pairs.length} pairs ${more === 1 ? "is" : "are"} not told apart.`]
      : []),
  ];
}

function severalLengths(
  name: string,
  pairs: readonly PairComparison[],
  headings: ReadonlyMap<string, string>,
): ComparisonTable[] {
  const rows = pairs.flatMap(({ first, second, difference, length }) =>
    length === null
      ? []
      : [
          [
            `${headings.get(second)} less ${headings.get(first)}`,
            differenceText(length.meanDifference, 0),
            estimateText(difference),
            estimateText(length.part),
            estimateText(length.rest),
          ],
        ],
  );
  if (rows.length === 0) return [];
  const columns = ["systems", "longer by", "difference", "with length", "at equal length"];
  const title = `how much goes with the response's length: ${name}`;
  return [{ title, columns, endsInText: false, rows, below: [] }];
}

function betterOf(
  { settled, difference, first, second }: PairComparison,
  headings: ReadonlyMap<string, string>,
): string {
  if (!settled || difference.value === null) return "not settled";
  const better = difference.value > 0 ? second : first;
  return headings.get(better) ?? better;
}

/** A share that may be below none, where length pulls the other way. */
function shareText(share: number | null): string {
  if (share === null) return NO_FIGURE;
  return share < 0 ? `−${percentText(-share)}` : percentText(share);
}

/** A mean with its interval. */
function meanText(mean: Estimate): string {
  const decimals = estimateDecimals(mean);
  return `${figureText(mean.value, decimals)} ${intervalText(mean, decimals)}`.trimEnd();
}

/** A difference with its interval. */
function estimateText(estimate: Estimate): string {
  const decimals = estimateDecimals(estimate);
  return `${differenceText(estimate.value, decimals)} ${intervalText(estimate, decimals)}`.trimEnd();
}

function negated(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : -value;
}
