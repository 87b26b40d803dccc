import path from "node:path";
import { evalJson } from "../eval/eval-json.ts";
import { type ConditionSettings, conditionSettings } from "../judge/generate-answer.ts";
import type { Judge } from "../judge/judge.ts";
import { type BenchRow, benchCsv, benchMarkdown } from "../report/bench-table.ts";
import type { Projection } from "../score/score-result.ts";
import type { Condition, ScorePositionRule } from "../task/condition.ts";
import { loadTask } from "../task/load-task.ts";
import type { Task } from "../task/task.ts";
import { BenchFolder, fileSha256 } from "./bench-folder.ts";
import { type EvaluationOptions, evaluateFiles } from "./evaluate-files.ts";
import { EXIT } from "./exit-code.ts";
import { type JudgeOptions, openJudge } from "./open-judge.ts";
import { type RunCounts, scoreToRun } from "./score-to-run.ts";
import { StatusLine } from "./status-line.ts";
import { writeStdout } from "./stdout.ts";
import { writePage } from "./write-report.ts";

/** Options of `lager bench`. */
export interface BenchOptions extends JudgeOptions, EvaluationOptions {
  readonly judge: string;
  readonly output?: string;
  readonly condition: readonly Condition[];
  readonly maxTokens?: number;
  readonly scorePosition?: ScorePositionRule;
  readonly limit?: number;
  readonly projection: Projection;
  readonly layers: string;
}

/** All that the steps of one benchmark need. */
interface Bench {
  readonly task: Task;
  readonly data: string;
  readonly options: BenchOptions;
  readonly folder: BenchFolder;
  readonly status: StatusLine;
  readonly signal: AbortSignal;
}

/**
 * `lager bench`: score, evaluate and report for every condition, in one folder. What the runs
 * hold already is not scored again; what is made from them is made anew.
 */
export async function benchCommand(
  taskName: string,
  data: string,
  options: BenchOptions,
  signal: AbortSignal,
): Promise<number> {
  const status = new StatusLine({ quiet: options.quiet ?? false });
  const task = await loadTask(taskName);
  const conditions = options.condition.map((condition) => settingsOf(condition, options));
  const folder = await BenchFolder.open(options.output ?? `bench-${task.name}`, {
    kind: "bench",
    schema: 1,
    task: taskName,
    judge: options.judge,
    dataSha256: await fileSha256(data),
    limit: options.limit ?? null,
    layers: options.layers,
    projection: options.projection,
  });
  const bench = { task, data, options, folder, status, signal };
  try {
    const counts = await scoreConditions(bench, conditions);
    const rows: BenchRow[] = [];
    for (const [condition, counted] of counts) {
      rows.push(await evaluateCondition(bench, condition, counted));
    }
    await writeTables(bench, rows);
    status.note(`benchmark: ${folder.path}`);
    const failed = rows.some(({ counts: { lines, scored } }) => scored < lines);
    return failed ? EXIT.someFailed : EXIT.ok;
  } finally {
    status.clear();
  }
}

/** `--max-tokens` is about the condition that reasons, `--score-position` about both that write. */
function settingsOf(condition: Condition, options: BenchOptions): ConditionSettings {
  const { maxTokens, scorePosition } = options;
  return conditionSettings({
    condition,
    ...(condition === "reasoning" && maxTokens !== undefined && { maxTokens }),
    ...(condition !== "prefill" && scorePosition !== undefined && { scorePosition }),
  });
}

/** Scores the data in each condition. */
async function scoreConditions(
  bench: Bench,
  conditions: readonly ConditionSettings[],
): Promise<Map<Condition, RunCounts>> {
  const { options, status, signal, data, folder } = bench;
  const counts = new Map<Condition, RunCounts>();
  await using judge = await openJudge(options.judge, options, status, signal);
  for (const settings of conditions) {
    const { condition } = settings;
    counts.set(condition, await scoreOne(bench, judge, settings, data, folder.run(condition)));
  }
  return counts;
}

function scoreOne(
  { task, options, status, signal }: Bench,
  judge: Judge,
  condition: ConditionSettings,
  input: string,
  file: string,
): Promise<RunCounts> {
  const { projection, layers, limit } = options;
  return scoreToRun(judge, {
    ...{ input, task, condition, projection, layers, file, status, signal },
    ...(limit !== undefined && { limit }),
    title: path.basename(file, ".jsonl"),
  });
}

async function evaluateCondition(
  { options, folder, status, signal }: Bench,
  condition: Condition,
  { scores, failures }: RunCounts,
): Promise<BenchRow> {
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
  const noScoreToken = failures.NO_SCORE_TOKEN ?? 0;
  const counts = {
    lines: scores + failed,
    scored: scores,
    noScoreToken,
    otherFailures: failed - noScoreToken,
  };
  if (scores === 0) {
    return {
      condition,
      counts,
      result: null,
      notes: ["no item was scored, so there is nothing to evaluate"],
    };
  }
  const [result] = await evaluateFiles([folder.run(condition)], options, status, signal);
  if (result === undefined) return { condition, counts, result: null, notes: [] };
  await folder.write(path.join("results", `${condition}.json`), `${evalJson(result)}\n`);
  return { condition, counts, result, notes: [] };
}

async function writeTables(
  { task, options, folder, status, signal }: Bench,
  rows: readonly BenchRow[],
): Promise<void> {
  const markdown = benchMarkdown(`${task.name} · ${options.judge}`, rows);
  await folder.write("table.md", markdown);
  await folder.write("table.csv", benchCsv(rows));
  const results = rows.flatMap(({ result }) => result ?? []);
  if (results.length > 0) {
    await writePage(path.join(folder.path, "report.html"), results, status, signal);
  }
  await writeStdout(markdown);
}
