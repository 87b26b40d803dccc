import type { Estimate } from "../stats/estimate.ts";

/** What a gate decides on: the whole interval, or the mean alone. */
export const GATES_ON = ["interval", "mean"] as const;
export type GateOn = (typeof GATES_ON)[number];

/** What a gate does where the data do not decide: the interval holds the limit. */
export const GATE_UNDECIDED = ["fail", "pass"] as const;
export type GateUndecided = (typeof GATE_UNDECIDED)[number];

/** A limit for a criterion's mean, or for how much it may have dropped. */
export interface GateLimit {
  /** Null: every criterion that has no limit of its own. */
  readonly criterion: string | null;
  /** In the scale's units. */
  readonly limit: number;
  /** Of the interval, 0…1: as often it would hold what a limit is put to. */
  readonly level: number;
}

/** One thing that was checked. */
export interface GateCheck {
  /** `failures` of the run; of a criterion `min`, its mean, and `max-drop`, its mean less the baseline's. */
  readonly kind: "min" | "max-drop" | "failures";
  readonly criterion: string | null;
  /** Least mean; most that it may have dropped; most lines that may have failed. */
  readonly limit: number;
  /** The mean, the difference to the baseline, or the number of failures, which has no interval. */
  readonly estimate: Estimate;
  readonly level: number;
  /** Records, or pairs of records. */
  readonly n: number;
  /** `undecided`: the interval holds the limit, so that the data do not say. */
  readonly outcome: "passed" | "failed" | "undecided";
  /** More records that would decide it with a power of 80 %; null where it is decided, or none would. */
  readonly moreRecords: number | null;
}

/** What `lager gate` finds. Plain JSON. */
export interface GateResult {
  readonly kind: "gate";
  readonly schema: 1;
  readonly run: string;
  readonly baseline: string | null;
  /** What of each line is looked at: `score`, `vanilla`, `e-score`, `lager`, or `layers all, normed`. */
  readonly figure: string;
  readonly passed: boolean;
  readonly on: GateOn;
  readonly undecided: GateUndecided;
  readonly checks: readonly GateCheck[];
  /** What a reader must know, in whole sentences. */
  readonly notes: readonly string[];
}

/** Whether a check lets the run through. */
export function letsThrough({ outcome }: GateCheck, undecided: GateUndecided): boolean {
  return outcome === "passed" || (outcome === "undecided" && undecided === "pass");
}
