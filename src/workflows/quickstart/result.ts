import type { DoctorReport } from "../doctor/result.ts";
import type { ScoreSummary } from "../score-run/result.ts";

/** How far a judge and people agree on one criterion. */
export interface CriterionAgreement {
  readonly criterion: string;
  /** Answers with both a score and a human score. */
  readonly answers: number;
  /** Spearman's ρ of them; null where there is none: all scores are the same, or too few. */
  readonly spearman: number | null;
  /**
   * What |ρ| of so many answers stays below 19 times in 20 where the judge knows nothing: 1.96 / √(n − 1);
   * null below three answers.
   */
  readonly byChance: number | null;
}

/** What the quick start found. */
export interface QuickstartResult {
  readonly judge: string;
  /** Whether that is the toy that the quick start has by default. */
  readonly isToy: boolean;
  /** Path of the data, and of its task. */
  readonly data: string;
  readonly task: string;
  /** Path of the run file that was written. */
  readonly run: string;
  readonly summary: ScoreSummary;
  readonly agreement: readonly CriterionAgreement[];
  /** Of the doctor: a judge that would do here, and what memory there is. */
  readonly recommended: DoctorReport["recommended"];
  readonly memory: number;
}
