import path from "node:path";
import { DEFAULT_RESAMPLES, DEFAULT_SEED } from "../../analysis/eval/eval-choices.ts";
import { TUNE_DEFAULTS } from "../../analysis/tune/tune-choices.ts";
import { LagerError } from "../../base/errors.ts";
import { fileSha256 } from "../../base/files.ts";
import { watchInput } from "../../base/input-version.ts";
import { requireNoInput } from "../../base/output-checks.ts";
import { version } from "../../base/version.ts";
import type { Condition } from "../../input/task/condition.ts";
import { loadTask } from "../../input/task/load-task.ts";
import { type ConditionSettings, conditionSettings } from "../../judge/generate-answer.ts";
import { judgeFiles } from "../../judge/judge-files.ts";
import { assertWeighedSpec, DEFAULT_LAYERS } from "../../scoring/weights/weighed-layers.ts";
import { BenchFolder } from "./bench-folder.ts";
import type { Bench, BenchData, BenchOptions } from "./bench-options.ts";
import { evaluateCondition } from "./evaluate-condition.ts";
import type { BenchResult, BenchRow } from "./result.ts";
import { scoreConditions } from "./score-conditions.ts";
import { tuneCondition } from "./tune-condition.ts";

const REPORT = "report.html";

/**
 * Scores, tunes, evaluates and reports a task in several conditions, in one folder. Called again it
 * goes on where it stopped: a step that was taken from the same is not taken again.
 *
 * @param task name of a built-in task, or path of a task file.
 * @param data path of the data, which is read more than once.
 * @throws LagerError `INVALID_ARGUMENT` (also for a folder of another benchmark),
 *   `UNWRITABLE_OUTPUT`, `ABORTED`, and what loading the judge, scoring, tuning and evaluating throw.
 * @example
 * const { rows } = await bench("summeval", "summeval.jsonl", { judge: "smollm2-135m" });
 * for (const { condition, result } of rows) console.log(condition, result?.methods);
 */
export async function bench(
  task: string,
  data: string,
  options: BenchOptions,
): Promise<BenchResult> {
  const { tuneOn, weights, layers = DEFAULT_LAYERS, projection = "normed" } = options;
  if (tuneOn !== undefined && weights !== undefined) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "weights are there already, and those of tuneOn would be others: give one of the two",
    );
  }
  if (data === "-" || tuneOn === "-") {
    throw new LagerError("INVALID_ARGUMENT", "the data is read more than once: name a file");
  }
  assertWeighedSpec(layers);
  const conditions = conditionsOf(options);
  const loaded = await loadTask(task);
  const output = options.output ?? `bench-${loaded.name}`;
  const inputs = [task, data, tuneOn, weights, ...judgeFiles(options.judge, options)];
  await requireNoInput(BenchFolder.outputs(output, weights === undefined), inputs);
  const files = {
    data: await benchData(data),
    tuneOn: tuneOn === undefined ? null : await benchData(tuneOn),
  };
  await using folder = await BenchFolder.open(output, {
    kind: "bench",
    schema: 1,
    task,
    judge: options.judge,
    data: path.basename(data),
    tuneOn: tuneOn === undefined ? null : path.basename(tuneOn),
    limit: options.limit ?? null,
    layers,
    projection,
  });
  const { folds, seed } = { folds: TUNE_DEFAULTS.folds, seed: DEFAULT_SEED, ...options };
  const { resamples, unit } = { resamples: DEFAULT_RESAMPLES, unit: "record" as const, ...options };
  const all: Bench = {
    ...{ task: loaded, ...files, folder },
    options: { ...options, layers, projection, folds, seed, resamples, unit },
  };
  const rows: BenchRow[] = [];
  for (const scored of await scoreConditions(all, conditions)) {
    const tuning = await tuneCondition(all, scored);
    rows.push(await evaluateCondition(all, scored, tuning));
  }
  await writeReport(all, rows);
  return { task: loaded.name, judge: options.judge, folder: folder.path, rows };
}

async function benchData(file: string): Promise<BenchData> {
  const requireUnchanged = await watchInput(file);
  return { file, sha256: await fileSha256(file), requireUnchanged };
}

/** `maxTokens` is about the condition that reasons, `scorePosition` about both that write. */
function conditionsOf(options: BenchOptions): ConditionSettings[] {
  const { maxTokens, scorePosition } = options;
  const wanted = new Set<Condition>(options.conditions ?? ["prefill"]);
  if (maxTokens !== undefined && !wanted.has("reasoning")) {
    throw new LagerError("INVALID_ARGUMENT", "maxTokens goes with the condition reasoning");
  }
  if (scorePosition !== undefined && !wanted.has("reasoning") && !wanted.has("direct")) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "scorePosition goes with the conditions direct and reasoning",
    );
  }
  return Array.from(wanted, (condition) =>
    conditionSettings({
      condition,
      ...(condition === "reasoning" && maxTokens !== undefined && { maxTokens }),
      ...(condition !== "prefill" && scorePosition !== undefined && { scorePosition }),
    }),
  );
}

async function writeReport({ folder, options }: Bench, rows: readonly BenchRow[]): Promise<void> {
  const results = rows.flatMap(({ result }) => result ?? []);
  if (options.writeReport === undefined || results.length === 0) return;
  const hashes: string[] = [];
  for (const { condition, result } of rows) {
    if (result !== null) hashes.push(await fileSha256(folder.at(folder.files(condition).result)));
  }
  const inputs = { version, results: hashes };
  if ((await folder.steps.find("report", inputs)) !== null) return;
  await options.writeReport(folder.at(REPORT), results);
  await folder.steps.remember("report", inputs, [REPORT]);
}
