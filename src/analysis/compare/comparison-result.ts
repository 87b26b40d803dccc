import type { LineTexts } from "../../run/line-texts.ts";
import type { Estimate } from "../stats/estimate.ts";

/**
 * What `lager compare` finds out about systems (sets of answers) that the same judge scored. Plain JSON;
 * nothing is NaN.
 */
export interface SystemComparison {
  readonly kind: "comparison";
  readonly schema: 1;
  /** What of each line is compared: `score`, `vanilla`, `e-score`, `lager`, or `layers all, normed`. */
  readonly figure: string;
  /** In the order in which they were given. */
  readonly systems: readonly ComparedSystem[];
  /** By name, in the task's order: the criteria that all systems were scored on. */
  readonly criteria: Readonly<Record<string, CriterionComparison>>;
  /** The mean over the criteria of each record that has all of them; null with one criterion. */
  readonly overall: CriterionComparison | null;
  /** Records whose score moved most, the largest difference first. */
  readonly movers: readonly Mover[];
  /** What makes a pair: the same id, or the same group (instruction), whose scores are averaged then. */
  readonly pairedBy: "id" | "group";
  readonly bootstrap: ComparisonBootstrap;
  /** What a reader must know, in whole sentences. */
  readonly notes: readonly string[];
}

/** One set of answers. */
export interface ComparedSystem {
  readonly name: string;
  readonly files: readonly string[];
  readonly judge: string;
  /** Scored lines, and those that failed: they are in no figure. */
  readonly lines: number;
  readonly failed: number;
}

/** How the intervals were made. */
export interface ComparisonBootstrap {
  readonly seed: number;
  readonly resamples: number;
  /** Groups of records, which are drawn whole. */
  readonly groups: number;
  /** Of the intervals, 0…1: as often they would hold what is estimated. */
  readonly level: number;
}

/** All systems on one criterion. With two systems, `pairs[0]` stands here as well. */
export interface CriterionComparison extends Partial<PairComparison> {
  /** The highest mean first. */
  readonly leaderboard: readonly Standing[];
  /** Each pair of systems, in their order. */
  readonly pairs: readonly PairComparison[];
}

/** One system's place. */
export interface Standing {
  readonly system: string;
  /** Records (or groups) that all systems have; of this system, where there are none. */
  readonly n: number;
  readonly mean: Estimate;
  /** Mean length of its responses there, in Unicode code points; null where it is unknown. */
  readonly meanLength: number | null;
}

/** Two systems on one criterion. Every difference is the second less the first. */
export interface PairComparison {
  readonly first: string;
  readonly second: string;
  /** Pairs of records (or of groups). */
  readonly n: number;
  /** Records (or groups) of one of them that the other has no score for. */
  readonly unpaired: number;
  /** Difference of the means, in the scale's units. */
  readonly difference: Estimate;
  /** Pairs in which the second scores higher by more than `resolution`. */
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
  /** Differences up to this count as ties, in the scale's units. */
  readonly resolution: number;
  /** Cohen's d_av: the difference by the root of the two variances' mean; null without variance. */
  readonly effectSize: number | null;
  /** Share of pairs in which the second has the higher score, 0…1; equal scores count half. */
  readonly probabilityOfSuperiority: Estimate;
  /** Two-sided p of the mean difference (t test, robust to groups); null with fewer than two groups. */
  readonly p: number | null;
  /** Corrected by Holm for the number of pairs of systems on this criterion. */
  readonly pHolm: number | null;
  /** Whether the data tell them apart: the interval leaves out 0, and `pHolm` is below 1 − level. */
  readonly settled: boolean;
  /** More pairs that would settle a difference like this with a power of 80 %; null if none would. */
  readonly moreRecords: number | null;
  /** How much goes with the response's length; null where lengths are unknown or do not differ. */
  readonly length: LengthPart | null;
}

/** A difference of scores, parted by a line fitted to the differences of the responses' lengths. */
export interface LengthPart {
  /** Mean difference of the lengths, second less first, in Unicode code points. */
  readonly meanDifference: number;
  /** Change of the score's difference for 100 code points more. */
  readonly per100: number;
  /** What goes with the length, in the scale's units: slope times the mean difference. */
  readonly part: Estimate;
  /** What is left at equal lengths. `part` and `rest` add up to the difference. */
  readonly rest: Estimate;
  /** `part` by the difference; null where the difference is not settled. */
  readonly share: number | null;
}

/** A record on which two systems differ much. */
export interface Mover {
  readonly criterion: string;
  /** The pair's id, or its group. */
  readonly pair: string;
  readonly first: MoverSide;
  readonly second: MoverSide;
  /** Second less first. */
  readonly difference: number;
}

/** One system's side of it. */
export interface MoverSide {
  readonly system: string;
  readonly ids: readonly string[];
  readonly score: number;
  /** Of the first of its records; null where nobody has them. */
  readonly texts: LineTexts | null;
}
