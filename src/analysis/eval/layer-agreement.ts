import type { RunTable } from "../../run/run-table.ts";
import { meanFigures } from "../stats/resample-figures.ts";
import { scoredLines } from "../stats/samplers.ts";
import {
  type CorrelationFigures,
  NO_FIGURES,
  sortedLines,
  WeightedCorrelations,
  WeightedHuman,
} from "../stats/weighted-correlations.ts";
import { type EvaluatedSample, evaluatedSample } from "./evaluated-sample.ts";
import { lineSample } from "./scope-sample.ts";

/** Agreement of one column of scores with people, in one sample of lines. */
export interface ScopeAgreement extends CorrelationFigures {
  /** Lines with a score and a human score. */
  readonly n: number;
  /** In the scale's units; null without such a line. */
  readonly meanAbsoluteError: number | null;
}

/** Agreement of one column of scores with people: the figures of `lager eval` without intervals. */
export interface RunAgreement {
  /** The mean over the criteria. */
  readonly mean: ScopeAgreement;
  /** In the order of the run's criteria. */
  readonly criteria: readonly ScopeAgreement[];
  readonly pooled: ScopeAgreement;
}

/**
 * Compares columns of scores with people, scope by scope, so that scopes can be computed apart: the
 * criteria in their order, then all lines. What is known of the human scores is kept from one column to
 * the next. The figures are those of `evaluateTable`, to the last bit.
 */
export class LayerAgreement {
  /** Number of scopes; the last is that of all lines. */
  readonly scopes: number;
  readonly #table: Agreeable;
  readonly #sample: EvaluatedSample;
  readonly #linesOf: readonly Int32Array[];
  readonly #everyLine: Uint8Array;
  /** Of each scope the human side, where all of its lines have a score. */
  readonly #humans: (WeightedHuman | undefined)[] = [];

  constructor(table: Agreeable) {
    this.#table = table;
    this.#sample = evaluatedSample(table, "record");
    this.#linesOf = [...this.#sample.linesOf, this.#sample.lines];
    this.scopes = scopeCount(table);
    this.#everyLine = new Uint8Array(table.lines).fill(1);
  }

  /** @param scores NaN where a line has none, shape [lines]. */
  scope(index: number, scores: Float64Array): ScopeAgreement {
    const { human } = this.#table;
    const lines = this.#linesOf[index] ?? new Int32Array(0);
    const { n, meanAbsoluteError } = lineSample(human, lines, lines, lines.length);
    return {
      ...this.#figures(index, lines, scores),
      n: n(scores),
      meanAbsoluteError: meanAbsoluteError(scores),
    };
  }

  /** The figures of a column, of its scopes in order. */
  together(scopes: readonly ScopeAgreement[]): RunAgreement {
    const of = (index: number): ScopeAgreement =>
      scopes[index] ?? { ...NO_FIGURES, n: 0, meanAbsoluteError: null };
    const pooled = of(this.scopes - 1);
    return {
      criteria: this.#sample.linesOf.map((_, index) => of(index)),
      pooled,
      mean: { ...pooled, ...meanFigures(scopes, this.#sample.averaged) },
    };
  }

  #figures(index: number, lines: Int32Array, scores: Float64Array): CorrelationFigures {
    const scored = scoredLines(lines, scores);
    const human = this.#human(index, lines, scored);
    const sorted = sortedLines(scores, scored);
    return new WeightedCorrelations(human, scores, sorted).figures(this.#everyLine);
  }

  #human(index: number, lines: Int32Array, scored: Int32Array): WeightedHuman {
    const known = this.#humans[index];
    if (scored === lines && known !== undefined) return known;
    const { human, responseLength } = this.#table;
    const side = new WeightedHuman(human, scored, responseLength);
    side.weigh(this.#everyLine);
    if (scored === lines) this.#humans[index] = side;
    return side;
  }
}

/** Number of scopes in which a run is compared: its criteria, then all lines. */
export function scopeCount({ criteria }: Pick<RunTable, "criteria">): number {
  return criteria.length + 1;
}

/** What of a table is compared with people. */
export type Agreeable = Pick<
  RunTable,
  "lines" | "human" | "responseLength" | "criteria" | "criterionOf" | "recordOf" | "groupOf"
>;
