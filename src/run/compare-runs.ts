import { LagerError, throwIfAborted } from "../base/errors.ts";
import { TEXT_FIELDS } from "../input/task/task.ts";
import type { Outcome, Score } from "../scoring/score/outcome.ts";
import { compareHeaders, type HeaderDifference } from "./compare-headers.ts";
import { type LineName, lineKey } from "./line-key.ts";
import type { Run } from "./read-run.ts";

/**
 * Lines of both runs together that may wait for their counterpart. Runs in the same order need one
 * or two; a line of a 30-layer judge takes some 5 kB while it waits.
 */
const MOST_WAITING_LINES = 40_000;

/** Items and figures that are named in full; the rest is counted. */
const EXAMPLES = 5;

/** A figure that differs in some lines. */
export interface FigureDifference {
  /** Field of the line: `score`, `logits.normed`, … ; `outcome`: scored in one run, failed in the other. */
  readonly figure: string;
  /** Lines in which it differs. */
  readonly lines: number;
  /** Largest |left − right| of its numbers; null when only texts, shapes or missing rows differ. */
  readonly largest: number | null;
}

/** Lines that only one run has: how many, and the first few. */
export interface UnmatchedLines {
  readonly count: number;
  readonly first: readonly LineName[];
}

/** What {@link compareRuns} finds. */
export interface RunComparison {
  /**
   * Whether both runs hold the same lines with the same figures on the same labels. Other header
   * fields may differ: that the figures do not is then the finding.
   */
  readonly identical: boolean;
  /** In the header's order. */
  readonly header: readonly HeaderDifference[];
  /** Lines that both runs have. */
  readonly compared: number;
  /** How many of them differ in a figure. */
  readonly differing: number;
  /** The first that differ, with the figures that do. */
  readonly first: readonly (LineName & { readonly figures: readonly string[] })[];
  readonly figures: readonly FigureDifference[];
  readonly onlyInLeft: UnmatchedLines;
  readonly onlyInRight: UnmatchedLines;
  /**
   * Lines whose `reusedTokens` or `branchTokens` differ. They say how much was decoded anew, which
   * depends on the order of the items, and are no figures of a score.
   */
  readonly bookkeeping: number;
}

type Side = "left" | "right";

/** A change of these changes what the figures mean, whatever their bits. */
const HEADER_FIELDS_OF_THE_FIGURES = /^(labels|values)(\.|$)/;

/**
 * Compares two runs bit by bit, reading both at once. Lines are matched by id and criterion; as long
 * as both runs have the same order nothing is kept but the current lines.
 *
 * Figures are float32 values and compared as such, the sign of zero included; `human` is a float64.
 * `inputHash`, `tokens`, `prompt` and `texts` are compared where both lines have them.
 *
 * @throws LagerError `INVALID_ARGUMENT` when the orders are so far apart that more than
 *   {@link MOST_WAITING_LINES} lines would have to be kept, `ABORTED`, and as reading a run does.
 */
export async function compareRuns(
  left: Run,
  right: Run,
  options: { readonly signal?: AbortSignal | undefined; readonly mostWaiting?: number } = {},
): Promise<RunComparison> {
  const matcher = new LineMatcher(options.mostWaiting ?? MOST_WAITING_LINES);
  const tally = new Tally();
  const leftLines = left.lines[Symbol.asyncIterator]();
  const rightLines = right.lines[Symbol.asyncIterator]();
  try {
    for (;;) {
      throwIfAborted(options.signal, "the comparison");
      const l = await leftLines.next();
      const r = await rightLines.next();
      // What waits for a line of a run that has ended waits in vain and is only counted.
      for (const [next, side] of [
        [l, "left"],
        [r, "right"],
      ] as const) {
        if (next.done === true) continue;
        const counterpart = matcher.take(next.value, side);
        if (counterpart !== undefined) {
          if (side === "left") tally.compare(next.value, counterpart);
          else tally.compare(counterpart, next.value);
        } else if ((side === "left" ? r : l).done === true) {
          tally.unmatched(next.value, side);
        } else {
          matcher.wait(next.value, side);
        }
      }
      if (l.done === true && r.done === true) break;
      matcher.requireRoom();
    }
  } finally {
    await leftLines.return?.();
    await rightLines.return?.();
  }
  for (const line of matcher.waiting("left")) tally.unmatched(line, "left");
  for (const line of matcher.waiting("right")) tally.unmatched(line, "right");
  return tally.result(compareHeaders(left.header, right.header));
}

/** Lines that wait for the line of the other run with the same id and criterion. */
class LineMatcher {
  readonly #waiting: Record<Side, Map<string, Outcome[]>> = { left: new Map(), right: new Map() };
  readonly #most: number;
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** The first waiting line of the other run that goes with `line`, which waits no longer. */
  take(line: Outcome, side: Side): Outcome | undefined {
    const others = this.#waiting[side === "left" ? "right" : "left"];
    const key = lineKey(line);
    const found = others.get(key);
    const first = found?.shift();
    if (found?.length === 0) others.delete(key);
    if (first !== undefined) this.#count--;
    return first;
  }

  wait(line: Outcome, side: Side): void {
    const key = lineKey(line);
    const same = this.#waiting[side].get(key);
    if (same === undefined) this.#waiting[side].set(key, [line]);
    else same.push(line);
    this.#count++;
  }

  /** All that still wait, in the order of their run. */
  *waiting(side: Side): Generator<Outcome> {
    for (const lines of this.#waiting[side].values()) yield* lines;
  }

  requireRoom(): void {
    if (this.#count <= this.#most) return;
    throw new LagerError(
      "INVALID_ARGUMENT",
      `the runs have too little in common to be compared: more than ${this.#most} lines of them ` +
        "have no counterpart yet; compare runs of the same data in about the same order",
    );
  }
}

/** Counts what differs. */
class Tally {
  #compared = 0;
  #differing = 0;
  #bookkeeping = 0;
  readonly #first: (LineName & { figures: string[] })[] = [];
  readonly #figures = new Map<string, { lines: number; largest: number | null }>();
  readonly #unmatched = {
    left: { count: 0, first: [] as LineName[] },
    right: { count: 0, first: [] as LineName[] },
  };

  compare(left: Outcome, right: Outcome): void {
    this.#compared++;
    if (left.kind === "score" && right.kind === "score") {
      const same =
        left.reusedTokens === right.reusedTokens && left.branchTokens === right.branchTokens;
      if (!same) this.#bookkeeping++;
    }
    const differences = lineDifferences(left, right);
    if (differences.length === 0) return;
    this.#differing++;
    for (const { figure, distance } of differences) {
      const entry = this.#figures.get(figure) ?? { lines: 0, largest: null };
      entry.lines++;
      if (distance !== null) entry.largest = Math.max(entry.largest ?? 0, distance);
      this.#figures.set(figure, entry);
    }
    if (this.#first.length < EXAMPLES) {
      const figures = differences.map(({ figure }) => figure);
      this.#first.push({ id: left.id, criterion: left.criterion, figures });
    }
  }

  unmatched({ id, criterion }: LineName, side: Side): void {
    const entry = this.#unmatched[side];
    entry.count++;
    if (entry.first.length < EXAMPLES) entry.first.push({ id, criterion });
  }

  result(header: readonly HeaderDifference[]): RunComparison {
    const { left, right } = this.#unmatched;
    return {
      identical:
        this.#differing + left.count + right.count === 0 &&
        !header.some(({ field }) => HEADER_FIELDS_OF_THE_FIGURES.test(field)),
      header,
      compared: this.#compared,
      differing: this.#differing,
      first: this.#first,
      figures: [...this.#figures].map(([figure, entry]) => ({ figure, ...entry })),
      onlyInLeft: left,
      onlyInRight: right,
      bookkeeping: this.#bookkeeping,
    };
  }
}

interface Difference {
  readonly figure: string;
  /** |left − right|, the largest of a list; null when it is no number that differs. */
  readonly distance: number | null;
}

/** Numbers, and lists of them to any depth; null and undefined stand for what is not there. */
type Figure = number | string | null | undefined | FigureList;
type FigureList = readonly Figure[] | Float32Array | Int32Array;

function lineDifferences(left: Outcome, right: Outcome): Difference[] {
  if (left.kind === "failure" && right.kind === "failure") {
    const { code, message, generated } = right;
    return differences(
      { code: left.code, message: left.message, generated: left.generated },
      { code, message, generated },
    );
  }
  if (left.kind === "failure" || right.kind === "failure") {
    return [{ figure: "outcome", distance: null }];
  }
  const ours = figuresOf(left);
  const theirs = figuresOf(right);
  // Whether they were asked for is no matter of the scores.
  for (const name of ["inputHash", "tokens", "prompt", "texts"] as const) {
    if (left[name] === undefined || right[name] === undefined) {
      delete ours[name];
      delete theirs[name];
    }
  }
  return differences(ours, theirs);
}

function figuresOf(line: Score): Record<string, Figure> {
  const { score, vanilla, eScore, lager, probabilities, entropy, standardDeviation, scoreMass } =
    line;
  return {
    score,
    vanilla,
    eScore,
    lager,
    probabilities,
    entropy,
    standardDeviation,
    scoreMass,
    ...logitsOf(line),
    inputHash: line.inputHash,
    human: line.human,
    promptTokens: line.promptTokens,
    tokens: line.tokens,
    prompt: line.prompt,
    texts: line.texts && TEXT_FIELDS.map((name) => line.texts?.[name]),
    generated: line.generated,
    generatedTokens: line.generatedTokens,
  };
}

/** By the names that they have in the file. */
function logitsOf({ nodes }: Score): Record<string, Figure> {
  const name = nodes.length === 1 ? "logits" : "nodes";
  return {
    [`${name}.normed`]: nodes.map(({ normed }) => normed),
    [`${name}.raw`]: nodes.map(({ raw }) => raw),
    ...(nodes.length > 1 && {
      "nodes.prefix": nodes.map(({ prefix }) => prefix),
      "nodes.outcomes": nodes.map(({ outcomes }) => outcomes),
    }),
  };
}

function differences(
  left: Readonly<Record<string, Figure>>,
  right: Readonly<Record<string, Figure>>,
): Difference[] {
  return Object.entries(left).flatMap(([figure, value]) => {
    const distance = distanceOf(value, right[figure]);
    return distance === undefined ? [] : [{ figure, distance }];
  });
}

/** Undefined when both are the same, bit for bit; null when they differ, but not by a number. */
function distanceOf(left: Figure, right: Figure): number | null | undefined {
  if (Object.is(left, right)) return undefined;
  if (typeof left === "number" && typeof right === "number") {
    // NaN is what was not captured.
    return Number.isNaN(left - right) ? null : Math.abs(left - right);
  }
  if (!isList(left) || !isList(right)) return null;
  let largest: number | null | undefined = left.length === right.length ? undefined : null;
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const distance = distanceOf(left[i], right[i]);
    if (distance === undefined) continue;
    largest = distance === null ? (largest ?? null) : Math.max(largest ?? 0, distance);
  }
  return largest;
}

function isList(value: Figure): value is FigureList {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}
