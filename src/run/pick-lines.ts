import {
  checkArguments,
  elementsOf,
  FLAG,
  FUNCTION,
  ITERABLE,
  listOf,
  NUMBER,
  oneOf,
  optional,
  optionsWith,
  TEXT,
} from "../base/arguments.ts";
import { LagerError } from "../base/errors.ts";
import { publicCall } from "../base/public-call.ts";
import type { Outcome, Score } from "../scoring/score/outcome.ts";
import { OUTCOME } from "./run-shapes.ts";

/** One of the figures that scores can be sorted by. */
export type SortKey = "score" | "entropy" | "scoreMass" | "disagreement";

/** What is read of a score, and whether the smallest of it comes first. */
const SORT_KEYS: Readonly<
  Record<SortKey, { readonly of: (line: Score) => number; readonly ascending: boolean }>
> = {
  score: { of: ({ score }: Score) => score, ascending: true },
  entropy: { of: ({ entropy }: Score) => entropy, ascending: false },
  scoreMass: { of: ({ scoreMass }: Score) => scoreMass, ascending: true },
  disagreement: { of: disagreementOf, ascending: false },
};

export const LINE_SORTS = Object.keys(SORT_KEYS) as SortKey[];

/**
 * How far the judge's own readings of a line are apart, in the scale's units: the largest difference of
 * two of score, e-score and lager. Vanilla does not count: it differs from an expectation by up to half
 * a label wherever a distribution is wide.
 */
export function disagreementOf({ score, eScore, lager }: Score): number {
  return Math.max(score, eScore, lager) - Math.min(score, eScore, lager);
}

const TEXT_FACTS = {
  id: ({ id }: Score) => id,
  criterion: ({ criterion }: Score) => criterion,
  system: ({ systemId }: Score) => systemId,
  group: ({ group }: Score) => group,
} as const;

const NUMBER_FACTS = {
  score: ({ score }: Score) => score,
  vanilla: ({ vanilla }: Score) => vanilla,
  eScore: ({ eScore }: Score) => eScore,
  lager: ({ lager }: Score) => lager,
  entropy: ({ entropy }: Score) => entropy,
  scoreMass: ({ scoreMass }: Score) => scoreMass,
  disagreement: disagreementOf,
  human: ({ human }: Score) => human,
  responseLength: ({ responseLength }: Score) => responseLength,
} as const;

/** Whether a score is among those that are asked for. */
export type LineFilter = (line: Score) => boolean;

/**
 * A condition on a score: `criterion=accuracy`, `system=b`, `score<2`, `entropy>=1`. A line that does not
 * have the fact does not meet the condition.
 *
 * @throws LagerError `INVALID_ARGUMENT`.
 */
export function parseLineFilter(text: string): LineFilter {
  checkArguments("parseLineFilter", { text: [text, TEXT] });
  const [, name = "", sign = "", wanted = ""] = /^\s*(\w+)\s*(=|<=|>=|<|>)(.*)$/s.exec(text) ?? [];
  if (isKeyOf(TEXT_FACTS, name) && sign === "=") {
    const fact = TEXT_FACTS[name];
    return (line) => fact(line) === wanted;
  }
  const bound = wanted.trim() === "" ? Number.NaN : Number(wanted);
  if (isKeyOf(NUMBER_FACTS, name) && Number.isFinite(bound)) {
    const fact = NUMBER_FACTS[name];
    const holds = COMPARISONS[sign as keyof typeof COMPARISONS];
    return (line) => {
      const value = fact(line);
      return value !== undefined && holds(value, bound);
    };
  }
  const texts = Object.keys(TEXT_FACTS).join(", ");
  const numbers = Object.keys(NUMBER_FACTS).join(", ");
  throw new LagerError(
    "INVALID_ARGUMENT",
    `${JSON.stringify(text)} is no condition: write criterion=accuracy (also ${texts}), or score<2 ` +
      `with = < <= > or >= (also ${numbers})`,
  );
}

const COMPARISONS = {
  "=": (value: number, bound: number) => value === bound,
  "<": (value: number, bound: number) => value < bound,
  "<=": (value: number, bound: number) => value <= bound,
  ">": (value: number, bound: number) => value > bound,
  ">=": (value: number, bound: number) => value >= bound,
} as const;

function isKeyOf<T extends object>(facts: T, name: string): name is keyof T & string {
  return Object.hasOwn(facts, name);
}

/** Which scores of a run are asked for. */
export interface PickLinesOptions {
  /** Default: the run's order. */
  readonly sort?: SortKey | undefined;
  /** Sorts the other way round. Default: false. */
  readonly reverse?: boolean | undefined;
  /** All of them must hold. Default: none. */
  readonly where?: readonly LineFilter[] | undefined;
  /** At most so many. */
  readonly top: number;
}

/** The scores that were asked for, and among how many they were found. */
export interface PickedLines {
  readonly lines: readonly Score[];
  /** Scores that meet the conditions. */
  readonly matching: number;
}

/**
 * Finds the first scores of a run in some order: low scores, wide distributions (entropy), little
 * probability on the score tokens, or layers that disagree, come first. Only as many as are asked for
 * are kept in memory; of equal ones the earlier.
 *
 * @throws LagerError `INVALID_ARGUMENT`, and as the lines do.
 */
export async function pickLines(
  lines: AsyncIterable<Outcome>,
  options: PickLinesOptions,
): Promise<PickedLines> {
  checkArguments("pickLines", { lines: [lines, ITERABLE] });
  return publicCall("pickLines", options, (own) => pick(lines, own), PICK_OPTIONS);
}

const PICK_OPTIONS = optionsWith({
  top: NUMBER,
  sort: optional(oneOf(LINE_SORTS)),
  reverse: optional(FLAG),
  where: optional(listOf(FUNCTION)),
});

async function pick(
  lines: AsyncIterable<Outcome>,
  { sort, reverse = false, where = [], top }: PickLinesOptions,
): Promise<PickedLines> {
  if (!(top >= 1)) throw new LagerError("INVALID_ARGUMENT", `top is 1 or more, not ${top}`);
  const kept: { readonly line: Score; readonly rank: number }[] = [];
  let matching = 0;
  for await (const line of elementsOf("pickLines", "lines", lines)) {
    checkArguments("pickLines", { lines: [line, OUTCOME] });
    if (line.kind === "failure" || !where.every((holds) => holds(line))) continue;
    const rank = sort === undefined ? matching : rankOf(line, sort, reverse);
    matching++;
    if (kept.length >= top && rank >= (kept.at(-1)?.rank ?? 0)) continue;
    kept.splice(placeOf(kept, rank), 0, { line, rank });
    if (kept.length > top) kept.pop();
  }
  return { lines: kept.map(({ line }) => line), matching };
}

function rankOf(line: Score, sort: SortKey, reverse: boolean): number {
  const { of, ascending } = SORT_KEYS[sort];
  return ascending === reverse ? -of(line) : of(line);
}

/** Behind all that come before it or are equal. */
function placeOf(kept: readonly { readonly rank: number }[], rank: number): number {
  let place = kept.length;
  while (place > 0 && (kept[place - 1]?.rank ?? 0) > rank) place--;
  return place;
}
