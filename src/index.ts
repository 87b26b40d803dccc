/**
 * lager-judge: a local LLM judge that reads every layer.
 *
 * @packageDocumentation
 */
export type { BackendSelection, GpuChoice } from "./capture/backend.ts";
export type { KvType } from "./capture/engine-options.ts";
export type { NativeDevice, NativeJudgeInfo } from "./capture/native-addon.ts";
export { version } from "./cli/version.ts";
export {
  type DatasetEntry,
  type DatasetOptions,
  type RecordFailure,
  readRecords,
} from "./dataset/dataset.ts";
export type { DatasetRecord } from "./dataset/record.ts";
export { ERROR_CODES, type ErrorCode, type ErrorPlace, LagerError } from "./errors.ts";
export type {
  Comparison,
  EvalResult,
  EvalScope,
  MethodFigures,
} from "./eval/eval-result.ts";
export { type EvaluateOptions, evaluateRun } from "./eval/evaluate-run.ts";
export { evaluateRuns } from "./eval/evaluate-runs.ts";
export type { WeightsFile } from "./eval/tuned-scores.ts";
export type { AggregationOptions } from "./judge/aggregation.ts";
export type { ConditionOptions } from "./judge/generate-answer.ts";
export {
  type Judge,
  type LoadJudgeOptions,
  loadJudge,
  type PreparedJudge,
} from "./judge/judge.ts";
export type { LabelTokens } from "./judge/judge-task.ts";
export type { ScoreAllOptions, ScoreOptions, ScoreProgress } from "./judge/score-options.ts";
export type { ScoreItem } from "./judge/units.ts";
export type { LoraAdapter, ResolvedAdapter } from "./models/adapters.ts";
export type { ModelProgress } from "./models/model-progress.ts";
export {
  type ListedJudge,
  listJudges,
  type ResolvedJudge,
  resolveJudge,
} from "./models/resolve.ts";
export { type HiddenReader, openHidden } from "./run/hidden-reader.ts";
export { readRun, readRunItem } from "./run/read-run.ts";
export { type ReadRunTableOptions, readRunTable } from "./run/read-run-table.ts";
export type { RunFailure, RunHeader, RunLine, RunScore } from "./run/run-format.ts";
export { openRunHidden, type RunHidden } from "./run/run-hidden.ts";
export type { RunTable, RunTableFailure, RunTableNode } from "./run/run-table.ts";
export { applyWeights, type WeighedItem, type WeighedScore } from "./score/apply-weights.ts";
export type { HiddenStates, ItemFailure, ItemOutcome, ItemScore } from "./score/item-outcome.ts";
export type {
  LabelNodeLogits,
  LayerLogits,
  Projection,
  ScoreResult,
} from "./score/score-result.ts";
export {
  CONDITIONS,
  type Condition,
  SCORE_POSITIONS,
  type ScorePositionRule,
} from "./task/condition.ts";
export { builtinTaskNames, loadTask } from "./task/load-task.ts";
export { parseTask } from "./task/parse-task.ts";
export type { Criterion, ScaleLabel, Task } from "./task/task.ts";
export { taskToObject } from "./task/task-object.ts";
export { type TuneOptions, tune } from "./tune/tune.ts";
export { isOtherCondition, isOtherTask } from "./weights/fitting-weights.ts";
export { formatWeights, weightsSha256 } from "./weights/format-weights.ts";
export { parseWeights } from "./weights/parse-weights.ts";
export { readWeights } from "./weights/read-weights.ts";
export type {
  LagerWeights,
  LinearWeights,
  ProbeWeights,
  Recipe,
  Validation,
  Weights,
} from "./weights/weights-format.ts";
