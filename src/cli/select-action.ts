import { extname } from "node:path";
import { LagerError } from "../base/errors.ts";
import { writeWhole } from "../base/files.ts";
import { isObject } from "../base/json.ts";
import { nearestName } from "../base/nearest-name.ts";
import { readRawRecords } from "../input/dataset/dataset.ts";
import { instructionRecord } from "../input/dataset/loaders/instruction-data.ts";
import { loadTask } from "../input/task/load-task.ts";
import type { Task } from "../input/task/task.ts";
import { selectText } from "../present/terminal/select-text.ts";
import { figureReader } from "../run/figure-reader.ts";
import { readRun } from "../run/read-run.ts";
import { type AspectScores, readAspectScores } from "../workflows/select/aspect-scores.ts";
import { combineAspects } from "../workflows/select/combine-aspects.ts";
import { formatKept } from "../workflows/select/kept-file.ts";
import type { SelectResult } from "../workflows/select/result.ts";
import { type Selection, selectRecords } from "../workflows/select/select-records.ts";
import { checkOutput } from "./check-output.ts";
import { EXIT } from "./exit-code.ts";
import { scoreByPrefill } from "./score-to-run.ts";
import type { SelectOptions } from "./select-command.ts";
import { StatusLine } from "./status-line.ts";
import { writeStdout } from "./stdout.ts";

const EXAMPLES = 3;

/** `lager select`: scores instruction data on the seven aspects, and keeps the best of it. */
export async function selectCommand(
  data: string,
  options: SelectOptions,
  signal: AbortSignal,
): Promise<number> {
  await checkOutput(options.output, options.force ?? false);
  const status = new StatusLine({ quiet: options.quiet ?? false });
  const runFile = options.fromRun ?? options.run ?? `${options.output}.run.jsonl`;
  if (options.fromRun === undefined) {
    const task = await aspectTask(options.aspects);
    requireAspects(Object.keys(options.weights ?? {}), task);
    await scoreByPrefill(options, task, {
      input: data,
      file: runFile,
      status,
      signal,
      title: "scoring",
    });
  }
  const run = await readRun(runFile, { onCutLastLine: (error) => status.note(error.message) });
  const aspects = aspectsOfRun(run.header.task, options.aspects);
  const layers = options.fromRun === undefined ? undefined : options.layers;
  const figure = figureReader(options.figure, run.header, layers);
  const scores = await readAspectScores(run.lines, aspects, figure);
  const texts = await instructionTexts(data, signal);
  const selection = await selectRecords(combineAspects(scores, options.combine, options.weights), {
    keep: options.keep ?? { share: 0.1 },
    similarity: options.similarity,
    textOf: options.keepDuplicates === true ? null : (id) => texts.get(id) ?? "",
    signal,
  });
  await writeKept(data, options.output, selection, scores, signal);
  const summary = summarise(selection, scores, texts, options.weights ?? {});
  await writeStdout(
    options.json === true
      ? `${JSON.stringify(summary)}\n`
      : selectText(summary, { columns: process.stdout.columns ?? 100 }),
  );
  status.note(`kept: ${options.output}`);
  if (options.fromRun === undefined) {
    status.note(
      `run file: ${runFile}   (lager select ${data} --from-run ${runFile} -o … chooses anew without a judge)`,
    );
  }
  return scores.incomplete.length > 0 ? EXIT.someFailed : EXIT.ok;
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
function aspectsOfRun(task: unknown, wanted: readonly string[] | undefined): readonly string[] {
  const criteria = isObject(task) && Array.isArray(task.criteria) ? task.criteria : [];
  const names = criteria.flatMap((criterion: unknown) =>
    isObject(criterion) && typeof criterion.name === "string" ? [criterion.name] : [],
  );
  const missing = wanted?.find((name) => !names.includes(name));
  if (missing !== undefined || names.length === 0) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `the run has no aspect ${JSON.stringify(missing ?? "")}; it has ${names.join(", ")}`,
    );
  }
  return wanted ?? names;
}

/** What records are compared by, by their numbers in the file. */
async function instructionTexts(data: string, signal: AbortSignal): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for await (const { number, content } of readRawRecords(data, { signal })) {
    if (!("value" in content) || !isObject(content.value)) continue;
    try {
      const [record] = instructionRecord(content.value);
      if (typeof record?.instruction === "string") texts.set(String(number), record.instruction);
    } catch (error) {
      // A record that is none has no score either.
      if (!(error instanceof LagerError)) throw error;
    }
  }
  return texts;
}

async function writeKept(
  data: string,
  output: string,
  { kept }: Selection,
  { aspects, scores }: AspectScores,
  signal: AbortSignal,
): Promise<void> {
  const wanted = new Set(kept.map(({ id }) => id));
  const values = new Map<string, Readonly<Record<string, unknown>>>();
  for await (const { number, content } of readRawRecords(data, { signal })) {
    const id = String(number);
    if (wanted.has(id) && "value" in content && isObject(content.value)) {
      values.set(id, content.value);
    }
  }
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
      weight: weights[name] ?? 1,
      all: meanOf(scores.keys(), i),
      kept: meanOf(ids, i),
    })),
    examples: shown.map(({ id, rank, score }) => ({ rank, score, text: texts.get(id) ?? "" })),
  };
}
