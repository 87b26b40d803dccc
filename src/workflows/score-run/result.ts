import type { ErrorCode } from "../../base/errors.ts";
import type { Failure } from "../../input/dataset/failure.ts";
import type { Outcome, Score } from "../../scoring/score/outcome.ts";
import { RunningMoments } from "./running-moments.ts";
import { ShareMedian } from "./share-median.ts";

/** Figures of one criterion over the items of a run. */
export class CriterionSummary {
  readonly score = new RunningMoments();
  readonly vanilla = new RunningMoments();
  readonly eScore = new RunningMoments();
  /** Over the items that have a human score. */
  readonly human = new RunningMoments();
  failures = 0;
}

/** The figures of one result that its line in the table shows. */
export type ListedScore = Pick<
  Score,
  "id" | "criterion" | "score" | "vanilla" | "eScore" | "probabilities" | "human"
>;

/** How many single results the table lists. */
const LISTED_SCORES = 20;

/**
 * What the score table shows, gathered result by result: memory does not grow with the run.
 */
export class ScoreSummary {
  readonly #criteria = new Map<string, CriterionSummary>();
  readonly #failures = new Map<ErrorCode, number>();
  readonly #firstFailures = new Map<ErrorCode, string>();
  readonly #listed: ListedScore[] = [];
  readonly #scoreMass = new ShareMedian();
  #recordFailures = 0;
  #scores = 0;

  /** @param criteria Names of the task's criteria, in the order in which they are shown. */
  constructor(criteria: readonly string[] = []) {
    for (const name of criteria) this.#criteria.set(name, new CriterionSummary());
  }

  add(line: Outcome): void {
    if (line.kind === "score") this.#addScore(line);
    else this.#addFailure(line);
  }

  get criteria(): ReadonlyMap<string, CriterionSummary> {
    return this.#criteria;
  }

  /** Number of failures by code. */
  get failures(): ReadonlyMap<ErrorCode, number> {
    return this.#failures;
  }

  /** Message of the first failure of each code. */
  get firstFailures(): ReadonlyMap<ErrorCode, string> {
    return this.#firstFailures;
  }

  /** Failures of whole records, which belong to no criterion. */
  get recordFailures(): number {
    return this.#recordFailures;
  }

  /** Number of results, scores and failures. */
  get lines(): number {
    return this.#scores + this.failed;
  }

  /** Number of results that are failures. */
  get failed(): number {
    return [...this.#failures.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Number of results that are scores. */
  get scores(): number {
    return this.#scores;
  }

  /**
   * Median share of the vocabulary's probability that the score tokens hold. Below a half, the
   * judge was mostly about to write something other than a score. NaN without scores.
   */
  get medianScoreMass(): number {
    return this.#scoreMass.value;
  }

  /** The first scores of the run. */
  get listed(): readonly ListedScore[] {
    return this.#listed;
  }

  #addScore(line: Score): void {
    this.#scores++;
    this.#scoreMass.add(line.scoreMass);
    const criterion = this.#criterion(line.criterion);
    criterion.score.add(line.score);
    criterion.vanilla.add(line.vanilla);
    criterion.eScore.add(line.eScore);
    if (line.human !== undefined) criterion.human.add(line.human);
    if (this.#listed.length < LISTED_SCORES) {
      // Not the line itself, which would keep its logits alive.
      const { id, score, vanilla, eScore, probabilities, human } = line;
      this.#listed.push({
        id,
        criterion: line.criterion,
        score,
        vanilla,
        eScore,
        probabilities,
        human,
      });
    }
  }

  #addFailure(line: Failure): void {
    this.#failures.set(line.code, (this.#failures.get(line.code) ?? 0) + 1);
    if (!this.#firstFailures.has(line.code)) this.#firstFailures.set(line.code, line.message);
    if (line.criterion === null) this.#recordFailures++;
    else this.#criterion(line.criterion).failures++;
  }

  #criterion(name: string): CriterionSummary {
    let summary = this.#criteria.get(name);
    if (summary === undefined) {
      summary = new CriterionSummary();
      this.#criteria.set(name, summary);
    }
    return summary;
  }
}
