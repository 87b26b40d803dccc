import { extname } from "node:path";
import { LagerError } from "../../base/errors.ts";
import { writeWhole } from "../../base/files.ts";
import { watchInput } from "../../base/input-version.ts";
import { ownValue } from "../../base/json.ts";
import { nearestName } from "../../base/nearest-name.ts";
import { OutputLock } from "../../base/output-lock.ts";
import { loadTask } from "../../input/task/load-task.ts";
import type { Task } from "../../input/task/task.ts";
import { figureReader } from "../../run/figure-reader.ts";
import type { LineFigure } from "../../run/line-figures.ts";
import { readRun } from "../../run/read-run.ts";
import type { RunHeader } from "../../run/run-format.ts";
import { requireSameData } from "../score-run/require-same-data.ts";
import {
  requireOwnOutputs,
  scoreByPrefill,
  type WithJudgeOptions,
} from "../score-run/score-file.ts";
import { type AspectScores, readAspectScores } from "./aspect-scores.ts";
import { combineAspects } from "./combine-aspects.ts";
import { instructionTexts, recordsById } from "./instruction-file.ts";
import { type KeepAmount, keepBest, type Selection } from "./keep-best.ts";
import { formatKept } from "./kept-file.ts";
import type { Combination, SelectResult } from "./result.ts";

/** What is selected, and how. */
export interface SelectRecordsOptions extends WithJudgeOptions {
  /**
   * Where the kept records are written, in the format of its extension, else of the data's; a file
   * that is there is replaced.
   */
  readonly output: string;
  /** Default: a tenth. */
  readonly keep?: KeepAmount;
  /** Aspects of the task `instruction-data`. Default: all seven. */
  readonly aspects?: readonly string[];
  /** Of the aspects by name; those without one weigh 1. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Default `mean`. */
  readonly combine?: Combination;
  /** Which figure of a line is an aspect's score. Default `lager`. */
  readonly figure?: LineFigure;
  /**
   * Share of common shingles from which on two records are near-duplicates, above 0 and at most 1.
   * Default 0.7.
   */
  readonly similarity?: number;
  /** Do not pass over near-duplicates. Default false. */
  readonly keepDuplicates?: boolean;
  /** With a finished run, layers to aggregate instead of those that it was scored with. */
  readonly layers?: string;
}

const EXAMPLES = 3;

/**
 * Selects instruction data: scores each record on the aspects of the task `instruction-data`, and
 * keeps those with the best combined scores.
 *
 * @param data Alpaca or ShareGPT records, a file of any format that `readRecords` reads.
 * @throws LagerError `INVALID_ARGUMENT`, `UNWRITABLE_OUTPUT`, `ABORTED`, and what loading the judge,
 *   scoring and reading the run throw.
 */
export async function selectRecords(
  data: string,
  options: SelectRecordsOptions,
): Promise<SelectResult> {
  const { judge, output, signal, onNotice, weights = {} } = options;
  await requireOwnOutputs(data, [output], options);
  const requireUnchanged = await watchInput(data);
  await using _ = await OutputLock.acquire(output);
  // What is made of the run must be of one and the same run.
  await using lock = judge === null ? undefined : await OutputLock.acquire(options.run);
  if (judge !== null) {
    const task = await aspectTask(options.aspects);
    requireAspects(Object.keys(weights), task);
    await scoreByPrefill(judge, task, data, { ...options, lock });
  }
  const run = await readRun(options.run, { onCutLastLine: ({ message }) => onNotice?.(message) });
  if (judge === null) await requireSameData(run, { run: options.run, data, signal });
  const aspects = aspectsOfRun(run.header, options.aspects);
  const layers = judge === null ? options.layers : undefined;
  const figure = figureReader(options.figure ?? "score", run.header, layers, options.projection);
  const scores = await readAspectScores(run.lines, aspects, figure);
  const texts = await instructionTexts(data, signal);
  const combined = combineAspects(scores, options.combine ?? "mean", weights);
  const selection = await keepBest(combined, {
    keep: options.keep ?? { share: 0.1 },
    similarity: options.similarity ?? 0.7,
    textOf: options.keepDuplicates === true ? null : (id) => texts.get(id) ?? "",
    signal,
  });
  await writeKept(data, output, selection, scores, { signal, requireUnchanged });
  return summarise(selection, scores, texts, weights);
}

async function aspectTask(aspects: readonly string[] | undefined): Promise<Task> {
  const task = await loadTask("instruction-data");
  if (aspects === undefined) return task;
  requireAspects(aspects, task);
  return { ...task, criteria: task.criteria.filter(({ name }) => aspects.includes(name)) };
}

function requireAspects(names: readonly string[], task: Task): void {
  const known = task.criteria.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = nearestName(unknown, known);
  throw new LagerError(
    "INVALID_ARGUMENT",
    `there is no aspect ${JSON.stringify(unknown)}` +
      `${near === undefined ? "" : ` (did you mean ${near}?)`}; there are ${known.join(", ")}`,
  );
}

/** The aspects that a run has scores of, or those of them that are asked for. */
function aspectsOfRun(
  { task }: RunHeader,
  wanted: readonly string[] | undefined,
): readonly string[] {
  const names = task.criteria.map(({ name }) => name);
  const missing = wanted?.find((name) => !names.includes(name));
  if (missing !== undefined) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `the run has no aspect ${JSON.stringify(missing)}; it has ${names.join(", ")}`,
    );
  }
  return wanted ?? names;
}

async function writeKept(
  data: string,
  output: string,
  { kept }: Selection,
  { aspects, scores }: AspectScores,
  {
    signal,
    requireUnchanged,
  }: { readonly signal: AbortSignal | undefined; readonly requireUnchanged: () => Promise<void> },
): Promise<void> {
  const values = await recordsById(data, new Set(kept.map(({ id }) => id)), signal);
  // Records are told by their numbers, and those of another version may be others.
  await requireUnchanged();
  const records = kept.map(({ id, rank, score }) => {
    const value = values.get(id);
    if (value === undefined) {
      throw new LagerError(
        "INVALID_ARGUMENT",
        `the data has no record ${id}, of which the run has scores: it is another file`,
        { place: { file: data } },
      );
    }
    const figures = scores.get(id) ?? [];
    return {
      value,
      rank,
      score,
      aspects: Object.fromEntries(aspects.map((name, i) => [name, figures[i] ?? Number.NaN])),
    };
  });
  const format = extname(output) === "" ? data : output;
  await writeWhole(output, formatKept(format, records), "the file of kept records");
}

function summarise(
  { kept, nearDuplicates }: Selection,
  { aspects, scores, incomplete }: AspectScores,
  texts: ReadonlyMap<string, string>,
  weights: Readonly<Record<string, number>>,
): SelectResult {
  const meanOf = (ids: Iterable<string>, aspect: number): number => {
    const values = Array.from(ids, (id) => scores.get(id)?.[aspect] ?? Number.NaN);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const ids = kept.map(({ id }) => id);
  const shown = [...kept.slice(0, EXAMPLES), ...kept.slice(EXAMPLES).slice(-EXAMPLES)];
  return {
    records: scores.size + incomplete.length,
    scored: scores.size,
    nearDuplicates: nearDuplicates.length,
    kept: kept.length,
    threshold: kept.at(-1)?.score ?? Number.NaN,
    aspects: aspects.map((name, i) => ({
      name,
      weight: ownValue(weights, name) ?? 1,
      all: meanOf(scores.keys(), i),
      kept: meanOf(ids, i),
    })),
    examples: shown.map(({ id, rank, score }) => ({ rank, score, text: texts.get(id) ?? "" })),
  };
}
