// The workflows as the library has them: each is loaded when it is first called, so that importing
// the library does not wait for what most programs never call.

import { checkArguments, optionsWith, orNull, PATH, PATHS, TEXT } from "../base/arguments.ts";
import { publicCall } from "../base/public-call.ts";
import { TASK } from "../input/task/parse-task.ts";
import type { Task } from "../input/task/task.ts";
import type { LoadJudgeOptions } from "../judge/judge.ts";
import type { BenchOptions } from "./bench/bench-options.ts";
import type { BenchResult } from "./bench/result.ts";
import type { CheckDataOptions } from "./check-data/check-data.ts";
import type { DataCheck } from "./check-data/result.ts";
import type { JudgeCheck } from "./check-judge/result.ts";
import type { DoctorOptions } from "./doctor/doctor.ts";
import type { DoctorReport } from "./doctor/result.ts";
import type { KnowledgeOptions } from "./knowledge/knowledge-boundary.ts";
import type { KnowledgeResult } from "./knowledge/result.ts";
import type { PlanRatingsOptions } from "./rate/plan-ratings.ts";
import type { PlannedRating, RaterComparison } from "./rate/result.ts";
import type { ScoreDataOptions } from "./score-run/score-data.ts";
import type { ScoredRun } from "./score-run/score-to-run.ts";
import type { SelectResult } from "./select/result.ts";
import type { SelectRecordsOptions } from "./select/select-records.ts";

/**
 * Scores, tunes, evaluates and reports a task in several conditions, in one folder. Called again it
 * goes on where it stopped: a step that was taken from the same is not taken again. What `lager
 * bench` does.
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
  checkArguments("bench", { task: [task, TEXT], data: [data, PATH] });
  return publicCall(
    "bench",
    options,
    async (own) => {
      const workflow = await import("./bench/bench.ts");
      return workflow.bench(task, data, own);
    },
    optionsWith({ judge: TEXT }),
  );
}

/**
 * Reads a data file as a task does, without a judge: what can be scored, what cannot, which human
 * scores there are, and what the judge would be asked. What `lager tasks check` does.
 *
 * @param file a .jsonl, .json, .csv or .parquet file.
 * @throws LagerError as `readRecords` does, `TEMPLATE_FAILED`.
 */
export async function checkData(
  task: Task,
  file: string,
  options: CheckDataOptions = {},
): Promise<DataCheck> {
  checkArguments("checkData", { task: [task, TASK], file: [file, PATH] });
  return publicCall("checkData", options, async (own) => {
    const workflow = await import("./check-data/check-data.ts");
    return workflow.checkData(task, file, own);
  });
}

/**
 * How far raters agree: Krippendorff's α and the weighted κ, on each criterion and on all. What
 * `lager label agreement` does.
 *
 * @param files ratings files; a rater goes by name, in whichever of them.
 * @throws LagerError `INVALID_ARGUMENT` when there are fewer than two raters, `UNREADABLE_FILE`,
 *   `MALFORMED_RECORD`, `INVALID_FIELD`.
 */
export async function compareRaters(files: readonly string[]): Promise<RaterComparison> {
  checkArguments("compareRaters", { files: [files, PATHS] });
  const workflow = await import("./rate/compare-raters.ts");
  return workflow.compareRaters(files);
}

/**
 * Checks a judge's file against the catalogue, and its replayed head against llama.cpp's own logits.
 * A judge that cannot be used is a result, and no error. What `lager judges verify` does.
 *
 * @param judge a name, the path of a GGUF file, or an `hf:` URI; fetched where that is needed.
 * @throws LagerError `ABORTED`.
 */
export async function checkJudge(
  judge: string,
  options: LoadJudgeOptions = {},
): Promise<JudgeCheck> {
  checkArguments("checkJudge", { judge: [judge, TEXT] });
  return publicCall("checkJudge", options, async (own) => {
    const workflow = await import("./check-judge/check-judge.ts");
    return workflow.checkJudge(judge, own);
  });
}

/**
 * Finds out whether scoring works on this machine, on which device, and how fast. What keeps it from
 * working is part of the report; nothing is downloaded. What `lager doctor` does.
 *
 * @throws LagerError `ABORTED`.
 */
export async function doctor(options: DoctorOptions): Promise<DoctorReport> {
  return publicCall(
    "doctor",
    options,
    async (own) => {
      const workflow = await import("./doctor/doctor.ts");
      return workflow.doctor(own);
    },
    optionsWith({ judge: TEXT }),
  );
}

/**
 * Asks a judge which questions it could answer, and finds by its scores those that it could not.
 * What `lager knowledge` does.
 *
 * @param questions a file of records with `question`, and `answerable` where it is known.
 * @throws LagerError `INVALID_ARGUMENT` when no question was scored, `ABORTED`, and what loading the
 *   judge, scoring and reading the run throw.
 */
export async function knowledgeBoundary(
  questions: string,
  options: KnowledgeOptions,
): Promise<KnowledgeResult> {
  checkArguments("knowledgeBoundary", { questions: [questions, PATH] });
  return publicCall(
    "knowledgeBoundary",
    options,
    async (own) => {
      const workflow = await import("./knowledge/knowledge-boundary.ts");
      return workflow.knowledgeBoundary(questions, own);
    },
    optionsWith({ judge: orNull(TEXT), run: PATH }),
  );
}

/**
 * Plans which records of a run people should score first, without looking at any human score. What
 * `lager label plan` does.
 *
 * @param files run files, parts of one run.
 * @returns in the order in which to rate.
 * @throws LagerError as `readRunTable`; `INVALID_ARGUMENT` when there is nothing to rate.
 */
export async function planRatings(
  files: readonly string[],
  options: PlanRatingsOptions,
): Promise<PlannedRating[]> {
  checkArguments("planRatings", { files: [files, PATHS] });
  return publicCall("planRatings", options, async (own) => {
    const workflow = await import("./rate/plan-ratings.ts");
    return workflow.planRatings(files, own);
  });
}

/**
 * Loads a judge, while data and task are opened, and scores the data. What `lager score` does; with
 * a judge that is loaded already, `scoreToRun` does the rest.
 *
 * @param input path of the data, or `-` for standard input.
 * @throws LagerError as `loadJudge`, `Judge.openSession`, `readRecords` and `scoreToRun`.
 * @example
 * await scoreData("data.jsonl", { judge: "smollm2-135m", task: "summeval", output: "run.jsonl" });
 */
export async function scoreData(input: string, options: ScoreDataOptions): Promise<ScoredRun> {
  checkArguments("scoreData", { input: [input, PATH] });
  return publicCall(
    "scoreData",
    options,
    async (own) => {
      const workflow = await import("./score-run/score-data.ts");
      return workflow.scoreData(input, own);
    },
    optionsWith({ judge: TEXT }),
  );
}

/**
 * Selects instruction data: scores each record on the aspects of the task `instruction-data`, and
 * keeps those with the best combined scores. What `lager select` does.
 *
 * @param data Alpaca or ShareGPT records, a file of any format that `readRecords` reads.
 * @throws LagerError `INVALID_ARGUMENT`, `UNWRITABLE_OUTPUT`, `ABORTED`, and what loading the judge,
 *   scoring and reading the run throw.
 */
export async function selectRecords(
  data: string,
  options: SelectRecordsOptions,
): Promise<SelectResult> {
  checkArguments("selectRecords", { data: [data, PATH] });
  return publicCall(
    "selectRecords",
    options,
    async (own) => {
      const workflow = await import("./select/select-records.ts");
      return workflow.selectRecords(data, own);
    },
    optionsWith({ judge: orNull(TEXT), output: PATH, run: PATH }),
  );
}
