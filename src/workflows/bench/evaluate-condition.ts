import { readFile } from "node:fs/promises";
import type { EvalResult } from "../../analysis/eval/eval-result.ts";
import { evaluateRun } from "../../analysis/eval/evaluate-run.ts";
import { fileSha256 } from "../../base/files.ts";
import { version } from "../../base/version.ts";
import { readWeights } from "../../scoring/weights/parse-weights.ts";
import type { Bench } from "./bench-options.ts";
import type { BenchCounts, BenchRow, BenchTuning } from "./result.ts";
import type { RunCounts, ScoredCondition } from "./score-conditions.ts";

/** Evaluates a condition's run, with the weights that were learned or given. */
export async function evaluateCondition(
  bench: Bench,
  { condition, run, tuneRun }: ScoredCondition,
  tuning: BenchTuning | null,
): Promise<BenchRow> {
  const row = {
    ...{ condition, tuning, counts: countLines(run) },
    tuneCounts: tuneRun === null ? null : countLines(tuneRun),
  };
  if (run.scores === 0) {
    return { ...row, result: null, notes: ["no item was scored, so there is nothing to evaluate"] };
  }
  return { ...row, result: await evaluateOnce(bench, condition, tuning), notes: [] };
}

async function evaluateOnce(
  { options, folder }: Bench,
  condition: ScoredCondition["condition"],
  tuning: BenchTuning | null,
): Promise<EvalResult> {
  const { run, result } = folder.files(condition);
  const file = folder.at(run);
  const weights = options.weights ?? (tuning?.weights ? folder.at(tuning.weights.file) : undefined);
  const { resamples, unit, seed, signal } = options;
  const inputs = {
    // The result names the files that it comes from.
    ...{ version, file, weights, resamples, resampleBy: unit, seed },
    run: await fileSha256(file),
    weightsSha256: weights === undefined ? null : await fileSha256(weights),
  };
  const step = `evaluate ${condition}`;
  if ((await folder.steps.find(step, inputs)) !== null) {
    // Whole and untouched since `remember`: the step has the file's hash.
    return JSON.parse(await readFile(folder.at(result), "utf8")) as EvalResult;
  }
  const evaluated = await evaluateRun([file], {
    ...(weights !== undefined && {
      weights: { file: weights, weights: await readWeights(weights) },
    }),
    ...(signal !== undefined && { signal }),
    ...{ resamples, unit, seed },
    onCutLastLine: ({ message }) => options.onNotice?.(message),
    onProgress: (lines) => options.onProgress?.({ step: "evaluate", condition, lines }),
  });
  await folder.write(result, `${JSON.stringify(evaluated)}\n`);
  await folder.steps.remember(step, inputs, [result]);
  return evaluated;
}

/** A run's lines as the table has them. */
function countLines({ scores, failures }: RunCounts): BenchCounts {
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
  const noScoreToken = failures.NO_SCORE_TOKEN ?? 0;
  return {
    lines: scores + failed,
    scored: scores,
    noScoreToken,
    otherFailures: failed - noScoreToken,
  };
}
