import { LagerError } from "../base/errors.ts";
import { fileSha256 } from "../base/files.ts";
import { version } from "../base/version.ts";
import type { Condition } from "../input/task/condition.ts";
import { loadTask } from "../input/task/load-task.ts";
import { type ConditionSettings, conditionSettings } from "../judge/generate-answer.ts";
import { benchCsv, benchMarkdown } from "../present/terminal/bench-table.ts";
import { assertLayerSpec } from "../scoring/weights/layer-set.ts";
import type { BenchRow } from "../workflows/bench/result.ts";
import type { BenchOptions } from "./bench-command.ts";
import { evaluateCondition } from "./bench-evaluate.ts";
import { BenchFolder } from "./bench-folder.ts";
import type { Bench } from "./bench-options.ts";
import { scoreConditions } from "./bench-score.ts";
import { tuneCondition } from "./bench-tune.ts";
import { EXIT } from "./exit-code.ts";
import { StatusLine } from "./status-line.ts";
import { writeStdout } from "./stdout.ts";
import { writePage } from "./write-report.ts";

const REPORT = "report.html";

/**
 * `lager bench`: score, tune, evaluate and report for every condition, in one folder. Called again
 * it goes on where it stopped: a step that was taken from the same is not taken again.
 */
export async function benchCommand(
  taskName: string,
  data: string,
  options: BenchOptions,
  signal: AbortSignal,
): Promise<number> {
  const { tuneOn, weights } = options;
  if (tuneOn !== undefined && weights !== undefined) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "--weights are there already, and --tune-on learns others: give one of the two",
    );
  }
  if (data === "-" || tuneOn === "-") {
    throw new LagerError("INVALID_ARGUMENT", "the data is read more than once: name a file");
  }
  assertLayerSpec(options.layers);
  const conditions = conditionsOf(options);
  const status = new StatusLine({ quiet: options.quiet ?? false });
  const task = await loadTask(taskName);
  const dataSha256 = await fileSha256(data);
  const tuneOnSha256 = tuneOn === undefined ? null : await fileSha256(tuneOn);
  const folder = await BenchFolder.open(options.output ?? `bench-${task.name}`, {
    kind: "bench",
    schema: 1,
    task: taskName,
    judge: options.judge,
    ...{ dataSha256, tuneOnSha256 },
    limit: options.limit ?? null,
    layers: options.layers,
    projection: options.projection,
  });
  const bench = { task, data, dataSha256, tuneOnSha256, options, folder, status, signal };
  try {
    const rows: BenchRow[] = [];
    for (const scored of await scoreConditions(bench, conditions)) {
      const tuning = await tuneCondition(bench, scored);
      rows.push(await evaluateCondition(bench, scored, tuning));
    }
    await writeTables(bench, rows);
    status.note(`benchmark: ${folder.path}`);
    return rows.some(hasFailures) ? EXIT.someFailed : EXIT.ok;
  } finally {
    status.clear();
  }
}

/** `--max-tokens` is about the condition that reasons, `--score-position` about both that write. */
function conditionsOf(options: BenchOptions): ConditionSettings[] {
  const { maxTokens, scorePosition } = options;
  const wanted = new Set<Condition>(options.condition);
  if (maxTokens !== undefined && !wanted.has("reasoning")) {
    throw new LagerError("INVALID_ARGUMENT", "--max-tokens goes with --condition reasoning");
  }
  if (scorePosition !== undefined && !wanted.has("reasoning") && !wanted.has("direct")) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      "--score-position goes with --condition direct or reasoning",
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

function hasFailures({ counts, tuneCounts }: BenchRow): boolean {
  return [counts, tuneCounts].some((each) => each !== null && each.scored < each.lines);
}

async function writeTables(bench: Bench, rows: readonly BenchRow[]): Promise<void> {
  const { task, options, folder, status, signal } = bench;
  const markdown = benchMarkdown(`${task.name} · ${options.judge}`, rows);
  await folder.write("table.md", markdown);
  await folder.write("table.csv", benchCsv(rows));
  const results = rows.flatMap(({ result }) => result ?? []);
  if (results.length > 0) {
    const files = rows.flatMap(({ condition, result }) =>
      result === null ? [] : folder.files(condition).result,
    );
    const hashes = await Promise.all(files.map((file) => fileSha256(folder.at(file))));
    const inputs = { version, results: hashes };
    if ((await folder.steps.find("report", inputs)) === null) {
      await writePage(folder.at(REPORT), results, status, signal);
      await folder.steps.remember("report", inputs, [REPORT]);
    }
  }
  await writeStdout(markdown);
}
