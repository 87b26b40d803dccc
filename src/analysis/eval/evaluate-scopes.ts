import type { Pacer } from "../../base/pacer.ts";
import type { RunTable } from "../../run/run-table.ts";
import { resampleFigures } from "../stats/resample-figures.ts";
import { GroupMeanSampler, LineSampler, type MakeSampler } from "../stats/samplers.ts";
import { methodColumns, SHARE_OF_A_LAYER } from "./comparison-columns.ts";
import type {
  BootstrapFacts,
  CriterionScope,
  EvalScope,
  SystemMean,
  SystemScope,
} from "./eval-result.ts";
import type { EvaluatedSample } from "./evaluated-sample.ts";
import { criterionCounts } from "./line-counts.ts";
import type { LayerScores, MethodScores } from "./method.ts";
import { scopeFigures } from "./scope-figures.ts";
import { lineSample, meanSample, type ScopeSample, systemSample } from "./scope-sample.ts";

/** Correlations of two systems are 1 or −1 whatever they are. */
const FEWEST_SYSTEMS = 3;

/** All scopes of an evaluation. */
export interface EvaluatedScopes {
  readonly mean: EvalScope;
  readonly pooled: EvalScope;
  readonly criteria: readonly CriterionScope[];
  readonly systems: SystemScope | null;
  readonly bootstrap: BootstrapFacts;
}

/** What is evaluated. */
export interface ScopesRequest {
  readonly table: RunTable;
  readonly sample: EvaluatedSample;
  readonly methods: readonly MethodScores[];
  readonly layers: readonly LayerScores[];
  /** Methods whose system means are listed. */
  readonly mainMethods: readonly string[];
  readonly resamples: number;
  readonly seed: number;
  readonly pacer: Pacer;
  readonly onResampled?: ((share: number) => void) | undefined;
}

interface Scope {
  readonly makeSampler: MakeSampler;
  readonly sample: ScopeSample;
}

/** Correlations of every method and layer, by criterion, pooled, in the mean and by system. */
export async function evaluateScopes(request: ScopesRequest): Promise<EvaluatedScopes> {
  const { table, sample } = request;
  const columns = methodColumns(sample, request.methods, request.layers);
  const counts = table.criteria.map((_, criterion) => criterionCounts(table, criterion));
  const lineCount = counts.reduce((sum, { lines }) => sum + lines, 0);
  const everyLine = Int32Array.from({ length: table.lines }, (_, line) => line);
  const criteria = counts.map((count, criterion) => {
    const scored = everyLine.filter((line) => table.criterionOf[line] === criterion);
    return lineScope(table, sample.linesOf[criterion] ?? NO_LINES, scored, count.lines);
  });
  const pooled = lineScope(table, sample.lines, everyLine, lineCount);
  const systems = systemScope(table, sample);
  const scopes = [...criteria, pooled, ...(systems === null ? [] : [systems])];
  const resampled = await resampleFigures({
    columns: columns.columns,
    scopes: scopes.map(({ makeSampler }) => makeSampler),
    meanOf: sample.averaged,
    unitOf: sample.unitOf,
    unitCount: sample.unitCount,
    resamples: request.resamples,
    seed: request.seed,
    rest: () => request.pacer.rest(),
    onResampled: request.onResampled,
  });
  const figures = (index: number, own: ScopeSample): EvalScope =>
    scopeFigures(columns, resampled.scopes[index] ?? [], own);
  return {
    mean: figures(scopes.length, meanSample(pooled.sample, sample.averaged.length)),
    criteria: criteria.map((scope, index) => ({
      ...figures(index, scope.sample),
      counts: counts[index] ?? criterionCounts(table, index),
    })),
    pooled: figures(criteria.length, pooled.sample),
    systems:
      systems === null
        ? null
        : {
            ...figures(criteria.length + 1, systems.sample),
            systems: systemMeans(request, systems.lines),
          },
    bootstrap: {
      seed: request.seed,
      unit: sample.unit,
      units: sample.unitCount,
      resamples: resampled.resamples,
      layerResamples: resampled.resamplesOf(SHARE_OF_A_LAYER),
      bags: resampled.bags,
      bagSize: resampled.bagSize,
    },
  };
}

const NO_LINES = new Int32Array(0);

function lineScope(
  { human, responseLength }: RunTable,
  lines: Int32Array,
  scored: Int32Array,
  lineCount: number,
): Scope {
  return {
    makeSampler: (columns, keep, isReused) =>
      new LineSampler(
        human,
        lines.filter((line) => keep[line] === 1),
        columns,
        isReused,
        responseLength,
      ),
    sample: lineSample(human, lines, scored, lineCount),
  };
}

/** Null where too few systems have a human score. */
function systemScope(
  { human, systemOf, systems, responseLength }: RunTable,
  sample: EvaluatedSample,
): (Scope & { readonly lines: Int32Array }) | null {
  const lines = sample.lines.filter((line) => systemOf[line] !== -1);
  if (new Set(Array.from(lines, (line) => systemOf[line])).size < FEWEST_SYSTEMS) return null;
  return {
    lines,
    makeSampler: (columns, keep) =>
      new GroupMeanSampler(
        human,
        systemOf,
        systems.length,
        lines.filter((line) => keep[line] === 1),
        columns,
        responseLength,
      ),
    sample: systemSample(systemOf, lines),
  };
}

function systemMeans(
  { table, methods, mainMethods }: ScopesRequest,
  lines: Int32Array,
): SystemMean[] {
  const main = methods.filter(({ method }) => mainMethods.includes(method));
  const means = table.systems.flatMap((system, index): SystemMean[] => {
    const own = lines.filter((line) => table.systemOf[line] === index);
    const human = meanOf(table.human, own);
    if (human === null) return [];
    const scores = main.map(({ method, scores: all }) => [method, meanOf(all, own)] as const);
    return [{ system, n: own.length, human, scores: Object.fromEntries(scores) }];
  });
  return means.sort((a, b) => (a.system < b.system ? -1 : 1));
}

/** Mean over the lines that have a value; null without any. */
function meanOf(values: Float64Array, lines: Int32Array): number | null {
  let sum = 0;
  let count = 0;
  for (const line of lines) {
    const value = values[line] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return count === 0 ? null : sum / count;
}
