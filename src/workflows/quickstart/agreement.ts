import { spearman } from "../../analysis/stats/correlation.ts";
import type { Outcome } from "../../scoring/score/outcome.ts";
import type { CriterionAgreement } from "./result.ts";

/** Below so many answers a correlation says nothing at all. */
const LEAST_ANSWERS = 3;

/** Gathers a run's scores and the human scores beside them. */
export class AgreementCounter {
  readonly #pairs = new Map<string, { readonly scores: number[]; readonly human: number[] }>();

  add(outcome: Outcome): void {
    if (outcome.kind !== "score" || outcome.human === undefined) return;
    const { criterion, score, human } = outcome;
    const pairs = this.#pairs.get(criterion) ?? { scores: [], human: [] };
    this.#pairs.set(criterion, pairs);
    pairs.scores.push(score);
    pairs.human.push(human);
  }

  /** The agreement on each criterion, in the order in which they came. */
  get agreement(): CriterionAgreement[] {
    return Array.from(this.#pairs, ([criterion, { scores, human }]) => ({
      criterion,
      answers: scores.length,
      spearman: spearman(scores, human).value,
      byChance: scores.length < LEAST_ANSWERS ? null : 1.96 / Math.sqrt(scores.length - 1),
    }));
  }
}
