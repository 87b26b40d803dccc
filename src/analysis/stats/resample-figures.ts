import { CORRELATIONS, type CorrelationName } from "./correlation.ts";
import { bagRandom, drawResample, planResamples } from "./resampling-plan.ts";
import type { MakeSampler, Sampler, ScoreColumn } from "./samplers.ts";
import { type CorrelationFigures, NO_FIGURES } from "./weighted-correlations.ts";

/** One column's figures in one scope, and how they vary over resamples. */
export interface ColumnFigures {
  /** On all lines; NaN where undefined. */
  readonly figures: CorrelationFigures;
  /**
   * Of each resample its figure less that of the bag it was drawn from, NaN where undefined. The
   * same index is the same resample in every scope, and in every column of the same share.
   */
  readonly deviations: Readonly<Record<CorrelationName, Float64Array>>;
}

/** A column, and how many of each bag's resamples it takes part in. */
export interface ResampledColumn extends ScoreColumn {
  /** Share of the resamples, 0…1: columns that matter less cost less. */
  readonly share: number;
}

/** What is resampled, and how. */
export interface ResampleRequest {
  readonly columns: readonly ResampledColumn[];
  /** The samples of lines. */
  readonly scopes: readonly MakeSampler[];
  /** Scopes whose figures are averaged into one more scope, which comes last. */
  readonly meanOf: readonly number[];
  /** The unit that each line belongs to and is drawn with, −1: in no sample. Shape [lines]. */
  readonly unitOf: Int32Array;
  readonly unitCount: number;
  readonly resamples: number;
  readonly seed: number;
  /** Awaited between steps of some milliseconds. */
  readonly rest: () => Promise<void>;
  /** Called with the share of the resamples that are done, 0…1. */
  readonly onResampled?: ((share: number) => void) | undefined;
}

/** What came out. */
export interface ResampleResult {
  /** Shape [scopes + 1][columns]; the last scope is the mean of `meanOf`. */
  readonly scopes: readonly (readonly ColumnFigures[])[];
  readonly resamples: number;
  /** Resamples of a column, by its share. */
  readonly resamplesOf: (share: number) => number;
  /** Units in a bag. */
  readonly bagSize: number;
  readonly bags: number;
}

/** The figures of all columns in all scopes, with those of their resamples. See `planResamples`. */
export async function resampleFigures(request: ResampleRequest): Promise<ResampleResult> {
  const { columns, scopes, unitOf, unitCount, seed, rest } = request;
  const lines = unitOf.reduce((count, unit) => count + (unit === -1 ? 0 : 1), 0);
  const plan = planResamples(unitCount, lines, request.resamples, seed);
  const perBag = (share: number): number => Math.ceil(share * plan.resamplesPerBag);
  const store = new FigureStore(columns, scopes.length, plan.bags.length, perBag);

  const isParted = plan.bags.length > 1;
  const everyLine = weightsOf(unitOf, (unit) => unit !== -1);
  const all = await measure(request, columns, everyLine, !isParted);
  for (const [bag, units] of plan.bags.entries()) {
    const inBag = new Set(units);
    const keep = weightsOf(unitOf, (unit) => inBag.has(unit));
    const base = isParted
      ? await measure(
          request,
          columns.map((column) => keptColumn(column, keep)),
          keep,
          true,
        )
      : all;
    const lines = linesWhere(keep);
    const counts = new Int32Array(unitCount);
    const drawn = new Int32Array(unitOf.length);
    const random = bagRandom(seed, bag);
    for (let resample = 0; resample < plan.resamplesPerBag; resample++) {
      drawResample(units, plan.draws, random, counts);
      for (let i = 0; i < lines.length; i++) {
        const line = lines[i] as number;
        drawn[line] = counts[unitOf[line] as number] as number;
      }
      for (const sampler of base.samplers) sampler.weigh(drawn);
      for (const [index, column] of columns.entries()) {
        if (resample >= perBag(column.share)) continue;
        const figures = base.samplers.map((sampler) => sampler.figures(index, drawn));
        figures.push(meanFigures(figures, request.meanOf));
        store.add(index, bag, resample, figures, base.figures);
        await rest();
      }
      request.onResampled?.((bag + (resample + 1) / plan.resamplesPerBag) / plan.bags.length);
    }
  }
  return {
    scopes: store.result(all.figures),
    resamples: plan.bags.length * plan.resamplesPerBag,
    resamplesOf: (share) => plan.bags.length * perBag(share),
    bagSize: plan.bags[0]?.length ?? 0,
    bags: plan.bags.length,
  };
}

/** Samplers of scopes, and the figures of the lines that were measured. */
export interface Measured {
  readonly samplers: readonly Sampler[];
  /** Shape [scopes + 1][columns]; the last scope is the mean of `meanOf`. */
  readonly figures: readonly (readonly CorrelationFigures[])[];
}

/**
 * Figures of the lines to keep, each taken once.
 *
 * @param keep 1 for them, shape [lines].
 * @param isReused See {@link MakeSampler}.
 */
export async function measure(
  { scopes, meanOf, rest }: Pick<ResampleRequest, "scopes" | "meanOf" | "rest">,
  columns: readonly ScoreColumn[],
  keep: Uint8Array,
  isReused: boolean,
): Promise<Measured> {
  const samplers: Sampler[] = [];
  const figures: CorrelationFigures[][] = [];
  for (const makeSampler of scopes) {
    const sampler = makeSampler(columns, keep, isReused);
    sampler.weigh(keep);
    const own: CorrelationFigures[] = [];
    for (const index of columns.keys()) {
      own.push(sampler.figures(index, keep));
      await rest();
    }
    samplers.push(sampler);
    figures.push(own);
  }
  const means = columns.map((_, index) =>
    meanFigures(
      figures.map((scope) => scope[index] ?? NO_FIGURES),
      meanOf,
    ),
  );
  return { samplers, figures: [...figures, means] };
}

/** Each figure's mean over the scopes `meanOf`. */
export function meanFigures(
  figures: readonly CorrelationFigures[],
  meanOf: readonly number[],
): CorrelationFigures {
  const mean = (name: CorrelationName): number =>
    meanOf.reduce((sum, scope) => sum + (figures[scope]?.[name] ?? Number.NaN), 0) / meanOf.length;
  return perCorrelation(mean);
}

function perCorrelation<T>(make: (name: CorrelationName) => T): Record<CorrelationName, T> {
  return {
    spearman: make("spearman"),
    pearson: make("pearson"),
    kendall: make("kendall"),
    partialSpearman: make("partialSpearman"),
  };
}

function weightsOf(unitOf: Int32Array, isDrawn: (unit: number) => boolean): Uint8Array {
  return Uint8Array.from(unitOf, (unit) => (isDrawn(unit) ? 1 : 0));
}

function linesWhere(keep: Uint8Array): Int32Array {
  return Int32Array.from(keep.keys()).filter((line) => keep[line] === 1);
}

function keptColumn({ scores, sorted }: ScoreColumn, keep: Uint8Array): ScoreColumn {
  const kept = new Int32Array(sorted.length);
  let count = 0;
  for (let i = 0; i < sorted.length; i++) {
    const line = sorted[i] as number;
    if (keep[line] === 1) kept[count++] = line;
  }
  return { scores, sorted: kept.subarray(0, count) };
}

/** Collects the deviations of all resamples. */
class FigureStore {
  readonly #columns: readonly ResampledColumn[];
  readonly #perBag: (share: number) => number;
  /** Shape [scopes + 1][columns]. */
  readonly #deviations: readonly (readonly Record<CorrelationName, Float64Array>[])[];

  constructor(
    columns: readonly ResampledColumn[],
    scopes: number,
    bags: number,
    perBag: (share: number) => number,
  ) {
    this.#columns = columns;
    this.#perBag = perBag;
    this.#deviations = Array.from({ length: scopes + 1 }, () =>
      columns.map(({ share }) => {
        const empty = (): Float64Array => new Float64Array(bags * perBag(share)).fill(Number.NaN);
        return perCorrelation(empty);
      }),
    );
  }

  /** @param base Figures of the bag, shape [scopes + 1][columns]. */
  add(
    column: number,
    bag: number,
    resample: number,
    figures: readonly CorrelationFigures[],
    base: readonly (readonly CorrelationFigures[])[],
  ): void {
    const index = bag * this.#perBag(this.#columns[column]?.share ?? 0) + resample;
    for (const [scope, own] of figures.entries()) {
      const deviations = this.#deviations[scope]?.[column];
      const expected = base[scope]?.[column];
      if (deviations === undefined || expected === undefined) continue;
      for (const name of CORRELATIONS) deviations[name][index] = own[name] - expected[name];
    }
  }

  result(all: readonly (readonly CorrelationFigures[])[]): ColumnFigures[][] {
    return this.#deviations.map((scope, index) =>
      scope.map((deviations, column) => ({
        figures: all[index]?.[column] ?? NO_FIGURES,
        deviations,
      })),
    );
  }
}
