import type { RunTable } from "../../run/run-table.ts";
import { measure } from "../stats/resample-figures.ts";
import { LineSampler, type MakeSampler } from "../stats/samplers.ts";
import {
  type CorrelationFigures,
  NO_FIGURES,
  sortedLines,
  type WeightedHuman,
} from "../stats/weighted-correlations.ts";
import { evaluatedSample } from "./evaluated-sample.ts";
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
 * Makes a function that compares scores with people, one column after the other: what is known of the
 * human scores is kept between the calls. Its figures are those of `evaluateTable`, to the last bit.
 */
export function agreementOf(table: RunTable): (scores: Float64Array) => Promise<RunAgreement> {
  const sample = evaluatedSample(table, "record");
  const { human, responseLength } = table;
  const everyLine = new Uint8Array(table.lines).fill(1);
  const linesOf = [...sample.linesOf, sample.lines];
  const scopes = linesOf.map((lines): MakeSampler => {
    const humans = new Map<string, WeightedHuman>();
    return (columns, _, isReused) =>
      new LineSampler(human, lines, columns, isReused, responseLength, humans);
  });
  const request = { scopes, meanOf: sample.averaged, rest: async () => {} };
  const samples = linesOf.map((lines) => lineSample(human, lines, lines, lines.length));
  return async (scores) => {
    const scored = sample.lines.filter((line) => !Number.isNaN(scores[line]));
    const column = { scores, sorted: sortedLines(scores, scored) };
    const { figures } = await measure(request, [column], everyLine, false);
    const scope = (index: number, of: number): ScopeAgreement => ({
      ...(figures[index]?.[0] ?? NO_FIGURES),
      n: samples[of]?.n(scores) ?? 0,
      meanAbsoluteError: samples[of]?.meanAbsoluteError(scores) ?? null,
    });
    const pooled = table.criteria.length;
    return {
      criteria: table.criteria.map((_, index) => scope(index, index)),
      pooled: scope(pooled, pooled),
      mean: scope(pooled + 1, pooled),
    };
  };
}
