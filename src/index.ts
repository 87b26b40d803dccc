/**
 * lager-judge: a local LLM judge that reads every layer.
 *
 * @packageDocumentation
 */
export {
  DEFAULT_MOVERS,
  PAIRED_BY,
  type PairedBy,
  SYSTEMS_BY,
  type SystemsBy,
} from "./analysis/compare/compare-choices.ts";
export {
  type CompareSystemsOptions,
  compareSystems,
} from "./analysis/compare/compare-systems.ts";
export type {
  ComparedSystem,
  ComparisonBootstrap,
  CriterionComparison,
  LengthPart,
  Mover,
  MoverSide,
  PairComparison,
  Standing,
  SystemComparison,
} from "./analysis/compare/comparison-result.ts";
export {
  GATE_UNDECIDED,
  GATES_ON,
  type GateCheck,
  type GateLimit,
  type GateOn,
  type GateResult,
  type GateUndecided,
} from "./analysis/compare/gate-result.ts";
export { type GateOptions, gateRun } from "./analysis/compare/gate-run.ts";
export { RESAMPLING_UNITS, type ResamplingUnit } from "./analysis/eval/eval-choices.ts";
export {
  type BootstrapFacts,
  type Comparison,
  type CriterionScope,
  type CriterionSeparation,
  type Disagreement,
  type EvalCounts,
  type EvalResult,
  type EvalScope,
  type ItemList,
  type LayerFigures,
  type LearningCurve,
  type LineCounts,
  type MethodCalibration,
  type MethodFigures,
  type MethodWeights,
  MOST_LISTED_ITEMS,
  type MonotoneMap,
  type PreferenceAccuracy,
  type PreferenceFigures,
  type QuestionFigures,
  type RunFacts,
  type ScoreDistribution,
  type SystemMean,
  type SystemScope,
  type TunedFacts,
} from "./analysis/eval/eval-result.ts";
export { evaluateRun, evaluateTable } from "./analysis/eval/evaluate-run.ts";
export { evaluateRuns } from "./analysis/eval/evaluate-runs.ts";
export type { EvaluateOptions } from "./analysis/eval/evaluate-table.ts";
export type { Method, MethodKind } from "./analysis/eval/method.ts";
export type { WeightsFile } from "./analysis/eval/tuned-scores.ts";
export { PICK_RULES, type PickOptions, type PickRule } from "./analysis/rating/pick-ratings.ts";
export type { CalibrationBin } from "./analysis/stats/calibration.ts";
export type { Estimate, PairedEstimate, UndefinedReason } from "./analysis/stats/estimate.ts";
export type { TuneOptions } from "./analysis/tune/learn-weights.ts";
export { tune } from "./analysis/tune/tune.ts";
export { type TuneRunsOptions, tuneRuns } from "./analysis/tune/tune-runs.ts";
export { ERROR_CODES, type ErrorCode, type ErrorPlace, LagerError } from "./base/errors.ts";
export type { JsonPath } from "./base/json-fields.ts";
export type { OutputLock } from "./base/output-lock.ts";
export { version } from "./base/version.ts";
export type { NativeDevice, NativeJudgeInfo, NativeKernels } from "./engine/addon/boundary.ts";
export type { LoraAdapter, ResolvedAdapter } from "./engine/models/adapters.ts";
export type {
  CatalogJudge,
  HubSource,
  KeyValueShape,
  WheelPart,
  WheelSource,
} from "./engine/models/catalog-judge.ts";
export { MEMORY_FITS, type MemoryFit } from "./engine/models/judge-memory.ts";
export type { ModelCallOptions, ModelProgress } from "./engine/models/model-progress.ts";
export {
  type ListedJudge,
  listJudges,
  type ResolvedJudge,
  resolveJudge,
} from "./engine/models/resolve.ts";
export type { BackendSelection } from "./engine/native/backend.ts";
export {
  GPU_CHOICES,
  type GpuChoice,
  ISOLATION_CHOICES,
  type Isolation,
  KV_TYPES,
  type KvType,
} from "./engine/native/engine-options.ts";
export type { DataFormat } from "./input/dataset/data-format.ts";
export {
  type DatasetOptions,
  type Entry,
  readRecords,
} from "./input/dataset/dataset.ts";
export type { Failure } from "./input/dataset/failure.ts";
export type { DatasetRecord, RecordTexts } from "./input/dataset/record.ts";
export { ChatTemplate, type Opening, type TemplateTokens } from "./input/prompt/chat-template.ts";
export type { Turns } from "./input/prompt/prompt-renderer.ts";
export {
  CONDITIONS,
  type Condition,
  type GeneratedCondition,
  SCORE_POSITIONS,
  type ScorePositionRule,
} from "./input/task/condition.ts";
export { builtinTaskNames, loadTask } from "./input/task/load-task.ts";
export { parseTask } from "./input/task/parse-task.ts";
export type { TaskData } from "./input/task/record-loaders.ts";
export {
  type Criterion,
  IDENTITY_FIELDS,
  type IdentityField,
  type Question,
  type ScaleLabel,
  type Task,
  TEXT_FIELDS,
  type TextField,
} from "./input/task/task.ts";
export { taskToObject } from "./input/task/task-object.ts";
export type { AggregationOptions } from "./judge/aggregation.ts";
export type { ConditionOptions, ConditionSettings } from "./judge/generate-answer.ts";
export { recordsOf, type ScoreItem } from "./judge/items.ts";
export { type Judge, type LoadJudgeOptions, loadJudge } from "./judge/judge.ts";
export type { LabelTokens } from "./judge/judge-task.ts";
export type { LoadedJudge } from "./judge/loaded-judge.ts";
export {
  INCLUDABLE,
  type ScoreAllOptions,
  type ScoreItemOptions,
  type ScoreItemsOptions,
  type ScoreOptions,
  type ScoreProgress,
  type SessionOptions,
  type TaskChoice,
} from "./judge/score-options.ts";
export type { Session } from "./judge/session.ts";
export { type HiddenReader, openHidden } from "./run/hidden-reader.ts";
export { LINE_FIGURES, type LineFigure } from "./run/line-figures.ts";
export { type LineName, lineKey } from "./run/line-key.ts";
export {
  type FoundTexts,
  type LineTexts,
  type ReadLineTextsOptions,
  readLineTexts,
  type TextLine,
} from "./run/line-texts.ts";
export {
  LINE_SORTS,
  type LineFilter,
  type PickedLines,
  type PickLinesOptions,
  parseLineFilter,
  pickLines,
  type SortKey,
} from "./run/pick-lines.ts";
export { meanRatings, type Rating, type RatingsFile, readRatings } from "./run/ratings.ts";
export { type ReadRunOptions, type Run, readRun, readRunItem } from "./run/read-run.ts";
export { type ReadRunTableOptions, readRunTable } from "./run/read-run-table.ts";
export type { ResumedCounts } from "./run/resumed-lines.ts";
export {
  MACHINE_FACTS,
  type MachineClass,
  type RunHeader,
  type RunLine,
  type RunMachine,
  type RunOptions,
} from "./run/run-format.ts";
export { openRunHidden, type RunHidden } from "./run/run-hidden.ts";
export type { RunTable, RunTableFailure } from "./run/run-table.ts";
export { type FinishRunOptions, type OpenRunOptions, RunWriter } from "./run/run-writer.ts";
export type { NodeLogits, NodeQuestion } from "./scoring/distribution/node-logits.ts";
export {
  applyWeights,
  type WeighedItem,
  type WeighedScore,
} from "./scoring/score/apply-weights.ts";
export type {
  ExpectedOutcome,
  HiddenStates,
  KnownOutcome,
  Outcome,
  RecordFacts,
  Score,
} from "./scoring/score/outcome.ts";
export type { QuestionScore, ScoreResult } from "./scoring/score/score-result.ts";
export { isOtherCondition, isOtherTask } from "./scoring/weights/fitting-weights.ts";
export type { JudgeFacts } from "./scoring/weights/judge-facts.ts";
export type { LayerSet, Projection } from "./scoring/weights/layer-set.ts";
export { parseWeights, readWeights } from "./scoring/weights/parse-weights.ts";
export {
  type ByCriterion,
  formatWeights,
  type Interval,
  type KernelStandard,
  type KernelWeights,
  type LagerParameters,
  type LagerWeights,
  type LinearMap,
  type LinearMaps,
  type OutOfFoldScores,
  type ProbeWeights,
  type QuestionWeights,
  type RadialKernel,
  RECIPES,
  type Recipe,
  type RidgeWeights,
  type Training,
  type Validation,
  type Weights,
  weightsSha256,
} from "./scoring/weights/weights-format.ts";
export type { BenchOptions, BenchProgress } from "./workflows/bench/bench-options.ts";
export type { BenchCounts, BenchResult, BenchRow, BenchTuning } from "./workflows/bench/result.ts";
export type { CheckDataOptions } from "./workflows/check-data/check-data.ts";
export type {
  DataCheck,
  FailureKind,
  HumanRange,
  ShownPrompt,
} from "./workflows/check-data/result.ts";
export type { JudgeCheck } from "./workflows/check-judge/result.ts";
export type { DoctorOptions } from "./workflows/doctor/doctor.ts";
export type { DoctorReport } from "./workflows/doctor/result.ts";
export type { KnowledgeOptions } from "./workflows/knowledge/knowledge-boundary.ts";
export {
  type BoundaryFigures,
  type KnowledgeEstimate,
  type KnowledgeResult,
  type MethodKnowledge,
  THRESHOLD_RANGES,
  type ThresholdRange,
} from "./workflows/knowledge/result.ts";
export {
  bench,
  checkData,
  checkJudge,
  compareRaters,
  doctor,
  knowledgeBoundary,
  planRatings,
  scoreData,
  selectRecords,
} from "./workflows/on-call.ts";
export type { PlanRatingsOptions } from "./workflows/rate/plan-ratings.ts";
export { RatingSession, type RatingSessionOptions } from "./workflows/rate/rating-session.ts";
export type {
  PlannedRating,
  RaterAgreement,
  RaterComparison,
  RatingItem,
  RatingProgress,
  RatingView,
} from "./workflows/rate/result.ts";
export type { CriterionSummary, ListedScore, ScoreSummary } from "./workflows/score-run/result.ts";
export type { RunningMoments } from "./workflows/score-run/running-moments.ts";
export type { ScoreDataOptions } from "./workflows/score-run/score-data.ts";
export type { WithJudgeOptions } from "./workflows/score-run/score-file.ts";
export {
  type ScoredRun,
  type ScoreToRunOptions,
  type ScoreToRunProgress,
  scoreToRun,
} from "./workflows/score-run/score-to-run.ts";
export type { KeepAmount } from "./workflows/select/keep-best.ts";
export { COMBINATIONS, type Combination, type SelectResult } from "./workflows/select/result.ts";
export type { SelectRecordsOptions } from "./workflows/select/select-records.ts";
export {
  Dispatcher,
  type DispatcherOptions,
  type DispatchLoad,
} from "./workflows/serve/dispatcher.ts";
export type {
  DispatchedOutcome,
  DispatchedSession,
  DispatchProgress,
  DispatchRequest,
} from "./workflows/serve/score-job.ts";
