import { type RunAgreement, scopeCount } from "../analysis/eval/layer-agreement.ts";
import { layerChoice } from "../analysis/eval/layer-choice.ts";
import { type ScoreCounts, scoreCounts } from "../analysis/eval/score-distributions.ts";
import type { RecordTexts } from "../input/dataset/record.ts";
import { lineKey, lineName, linesByKey } from "../run/line-key.ts";
import { EVERY_LINE, type LineFilter, LineOrder, type TableSort } from "./line-order.ts";
import type { LayerRequest, LineLayers, RunFacts } from "./run-share.ts";
import type { Team } from "./team.ts";

/** A run in hand: its scores under any choice of layers, and what follows from them. */
export class RunModel {
  readonly facts: RunFacts;
  readonly #run: number;
  readonly #team: Team;
  readonly #order: LineOrder;
  /** Scores by layers and projection, the latest last. */
  readonly #scores = new Map<string, Promise<Float64Array>>();
  #lineOf: Map<string, number> | null = null;
  /** Rounds of warming up so far. */
  #warmed = 0;

  constructor(run: number, facts: RunFacts, team: Team) {
    this.facts = facts;
    this.#run = run;
    this.#team = team;
    this.#order = new LineOrder(facts);
  }

  /**
   * The score of every line, float64, shape [lines]: as `lager eval` computes it.
   *
   * @throws LagerError `INVALID_ARGUMENT` when the judge has no such layers.
   */
  scores(request: LayerRequest): Promise<Float64Array> {
    const key = `${request.projection} ${request.spec}`;
    const known = this.#scores.get(key) ?? this.#computed(request);
    this.#scores.delete(key);
    this.#scores.set(key, known);
    const [oldest] = this.#scores.keys();
    if (this.#scores.size > MOST_KEPT && oldest !== undefined) this.#scores.delete(oldest);
    return known;
  }

  #computed(request: LayerRequest): Promise<Float64Array> {
    // Here, so that what is no choice of layers is refused in so many words.
    layerChoice(this.facts, request.spec, request.projection);
    return this.#team.scores(this.#run, request);
  }

  /** Takes on human scores of some lines. */
  changeHuman(lines: readonly number[], human: readonly number[]): void {
    for (const [i, line] of lines.entries()) this.facts.human[line] = human[i] ?? Number.NaN;
    this.#team.changeHuman(this.#run, lines, human);
  }

  /** @param isWanted See {@link Team.agreement}. */
  agreement(scores: Float64Array, isWanted: () => boolean): Promise<RunAgreement | null> {
    return this.#team.agreement(this.#run, scores, scopeCount(this.facts), isWanted);
  }

  histograms(scores: Float64Array): ScoreCounts[] {
    return scoreCounts(this.facts, [{ method: "score", scores }]);
  }

  /** The lines that a filter leaves, in order. @param columns See {@link LineOrder}. */
  order(
    sort: TableSort,
    filter: LineFilter,
    columns: Readonly<Record<string, Float64Array>>,
  ): Int32Array {
    return this.#order.lines(sort, filter, columns);
  }

  /** Lets the search look into the records' texts, too. */
  addTexts(texts: readonly (RecordTexts | null)[]): void {
    this.#order.addTexts(texts);
  }

  /**
   * Computes what is asked for next, and drops it: engines compile what has run some times, and the first
   * move of a slider would be twice as slow as the others.
   */
  async warmUp(isWanted: () => boolean): Promise<void> {
    const end = performance.now() + LONGEST_WARMING_MS;
    const isCold = () => this.#warmed < ROUNDS_TO_BE_WARM && performance.now() < end;
    for (; isCold() && isWanted(); this.#warmed++) {
      const scores = await this.#team.scores(this.#run, EVERY_LAYER);
      this.order({ column: "warm", descending: true }, EVERY_LINE, { warm: scores });
      if (isWanted()) await this.agreement(scores, isWanted);
    }
    // What has been called off is gone on with behind the next request; this is not.
    if (performance.now() >= end) this.#warmed = ROUNDS_TO_BE_WARM;
  }

  line(line: number, request: LayerRequest): Promise<LineLayers> {
    return this.#team.line(this.#run, line, request);
  }

  /** For each line of this run the line of the same record and criterion in the other, −1: none. */
  pairs(other: RunModel): Int32Array {
    const lineOf = other.#lines();
    const pairs = new Int32Array(this.facts.lines);
    for (let line = 0; line < pairs.length; line++) {
      pairs[line] = lineOf.get(lineKey(lineName(this.facts, line))) ?? -1;
    }
    return pairs;
  }

  #lines(): Map<string, number> {
    this.#lineOf ??= linesByKey(this.facts);
    return this.#lineOf;
  }
}

/** Rounds after which engines have compiled what computes a choice of layers. */
const ROUNDS_TO_BE_WARM = 6;
/** Of runs of many lines a round or two is enough. */
const LONGEST_WARMING_MS = 600;
const EVERY_LAYER: LayerRequest = { spec: "all", projection: "normed" };

/** Going back and forth between choices costs nothing; a column of 100 000 lines takes 0.8 MB. */
const MOST_KEPT = 8;

/** The other run's scores at this run's lines; NaN where it has none. Shape [lines]. */
export function pairedScores(pairs: Int32Array, other: Float64Array): Float64Array {
  const found = new Float64Array(pairs.length);
  for (let line = 0; line < pairs.length; line++) {
    const theirs = pairs[line] as number;
    found[line] = theirs === -1 ? Number.NaN : (other[theirs] as number);
  }
  return found;
}

/** Mean score of each criterion; null where no line has one. */
export function meanScores(
  { criteria, criterionOf }: Pick<RunFacts, "criteria" | "criterionOf">,
  scores: Float64Array,
): (number | null)[] {
  const sums = criteria.map(() => 0);
  const counts = criteria.map(() => 0);
  for (let line = 0; line < scores.length; line++) {
    const score = scores[line] as number;
    if (Number.isNaN(score)) continue;
    const criterion = criterionOf[line] as number;
    sums[criterion] = (sums[criterion] as number) + score;
    counts[criterion] = (counts[criterion] as number) + 1;
  }
  return sums.map((sum, i) => (counts[i] === 0 ? null : sum / (counts[i] as number)));
}
