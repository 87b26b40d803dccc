import { agreementOf, type RunAgreement } from "../analysis/eval/layer-agreement.ts";
import { choiceScores, type LayerChoice, layerChoice } from "../analysis/eval/layer-choice.ts";
import { lineDistribution } from "../analysis/eval/layer-scores.ts";
import { type ScoreCounts, scoreCounts } from "../analysis/eval/score-distributions.ts";
import { lineKey } from "../run/line-key.ts";
import type { RunTable } from "../run/run-table.ts";
import type { Projection } from "../scoring/weights/layer-set.ts";
import { type LineFilter, LineOrder, type TableSort } from "./line-order.ts";

/** Layers as they are asked for: what `--layers` and `--projection` take. */
export interface LayerRequest {
  readonly spec: string;
  readonly projection: Projection;
}

/** What the layers say of a line, one by one and together. */
export interface LineLayers {
  /** Of each layer, [layers + 1][labels]; null where it was not captured. */
  readonly layers: readonly (readonly number[] | null)[];
  /** Of the layers that were asked for together; null where one of them was not captured. */
  readonly aggregated: readonly number[] | null;
}

/** How two columns of scores differ on the lines of one criterion. */
export interface ScoreDifference {
  readonly n: number;
  /** The other's less the own, in the scale's units; null without a pair. */
  readonly mean: number | null;
  /** Lines on which the other is higher, equal, lower. */
  readonly higher: number;
  readonly equal: number;
  readonly lower: number;
}

/** A run in hand: its scores under any choice of layers, and what follows from them. */
export class RunModel {
  readonly table: RunTable;
  readonly #agreement: ReturnType<typeof agreementOf>;
  readonly #order: LineOrder;
  /** Scores by layers and projection, the latest last. */
  readonly #scores = new Map<string, Float64Array>();
  #lineOf: Map<string, number> | null = null;

  constructor(table: RunTable) {
    this.table = table;
    this.#agreement = agreementOf(table);
    this.#order = new LineOrder(table);
  }

  /** @throws LagerError `INVALID_ARGUMENT` when the judge has no such layers. */
  choice({ spec, projection }: LayerRequest): LayerChoice {
    return layerChoice(this.table, spec, projection);
  }

  /** The score of every line, float64, shape [lines]: as `lager eval` computes it. */
  scores(request: LayerRequest): Float64Array {
    const key = `${request.projection} ${request.spec}`;
    const known = this.#scores.get(key) ?? choiceScores(this.table, this.choice(request));
    this.#scores.delete(key);
    this.#scores.set(key, known);
    const [oldest] = this.#scores.keys();
    if (this.#scores.size > MOST_KEPT && oldest !== undefined) this.#scores.delete(oldest);
    return known;
  }

  agreement(scores: Float64Array): Promise<RunAgreement> {
    return this.#agreement(scores);
  }

  histograms(scores: Float64Array): ScoreCounts[] {
    return scoreCounts(this.table, [{ method: "score", scores }]);
  }

  /** The lines that a filter leaves, in order. @param columns See {@link LineOrder}. */
  order(
    sort: TableSort,
    filter: LineFilter,
    columns: Readonly<Record<string, Float64Array>>,
  ): Int32Array {
    return this.#order.lines(sort, filter, columns);
  }

  layers(line: number, request: LayerRequest): LineLayers {
    const distribution = lineDistribution(this.table, request.projection);
    const probabilities = (): readonly number[] | null => {
      const found = Array.from(distribution.probabilities);
      return found.some(Number.isNaN) ? null : found;
    };
    const layers = Array.from({ length: this.table.header.judge.layers + 1 }, (_, layer) => {
      distribution.layer(line, layer);
      return probabilities();
    });
    const choice = this.choice(request);
    distribution.aggregate(line, choice.layers, choice.weights);
    return { layers, aggregated: probabilities() };
  }

  /** For each line of this run the line of the same record and criterion in the other, −1: none. */
  pairs(other: RunModel): Int32Array {
    const lineOf = other.#lines();
    return Int32Array.from({ length: this.table.lines }, (_, line) => {
      return lineOf.get(keyOf(this.table, line)) ?? -1;
    });
  }

  #lines(): Map<string, number> {
    const { table } = this;
    this.#lineOf ??= new Map(
      Array.from({ length: table.lines }, (_, line) => [keyOf(table, line), line] as const),
    );
    return this.#lineOf;
  }
}

/** Going back and forth between choices costs nothing; a column of 100 000 lines takes 0.8 MB. */
const MOST_KEPT = 8;

function keyOf({ records, recordOf, criteria, criterionOf }: RunTable, line: number): string {
  return lineKey({
    id: records[recordOf[line] as number] ?? "",
    criterion: criteria[criterionOf[line] as number] ?? "",
  });
}

/** The other run's scores at this run's lines; NaN where it has none. Shape [lines]. */
export function pairedScores(pairs: Int32Array, other: Float64Array): Float64Array {
  return Float64Array.from(pairs, (line) => (line === -1 ? Number.NaN : (other[line] as number)));
}

/** How the other scores differ from the own, by criterion. */
export function differences(
  { criteria, criterionOf }: Pick<RunTable, "criteria" | "criterionOf">,
  own: Float64Array,
  other: Float64Array,
): ScoreDifference[] {
  return criteria.map((_, criterion) => {
    let [n, sum, higher, lower] = [0, 0, 0, 0];
    for (let line = 0; line < own.length; line++) {
      if (criterionOf[line] !== criterion) continue;
      const difference = (other[line] as number) - (own[line] as number);
      if (Number.isNaN(difference)) continue;
      n++;
      sum += difference;
      if (difference > 0) higher++;
      if (difference < 0) lower++;
    }
    return { n, mean: n === 0 ? null : sum / n, higher, equal: n - higher - lower, lower };
  });
}
