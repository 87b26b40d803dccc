import { LagerError, requireOneOf } from "../base/errors.ts";
import { adaptedSha256, type ResolvedAdapter, resolveAdapters } from "../engine/models/adapters.ts";
import { PREPARED_CHOICES } from "../engine/models/layout-choice.ts";
import type { ModelProgress } from "../engine/models/model-progress.ts";
import { findPrepared, type PreparedFile } from "../engine/models/prepared.ts";
import { resolveJudge } from "../engine/models/resolve.ts";
import { type BackendSelection, selectBackend } from "../engine/native/backend.ts";
import { CapturePacker } from "../engine/native/capture-packer.ts";
import type { EngineOptions } from "../engine/native/engine-options.ts";
import { JudgeEngine } from "../engine/native/judge-engine.ts";
import type { NativeJudgeInfo } from "../engine/native/native-addon.ts";
import type { DatasetEntry } from "../input/dataset/dataset.ts";
import { parseRecord } from "../input/dataset/parse-record.ts";
import type { ChatTemplate } from "../input/prompt/chat-template.ts";
import type { Criterion, Task } from "../input/task/task.ts";
import type { ItemOutcome, ItemScore } from "../scoring/score/item-outcome.ts";
import { chatTemplateOf, JudgeTask, type LabelTokens } from "./judge-task.ts";
import type { ScoreAllOptions, ScoreOptions } from "./score-options.ts";
import { scoreStream } from "./score-stream.ts";
import { prepare, type ScoringEngine, scoreUnit } from "./score-unit.ts";
import { openSession, resolveTask } from "./session.ts";
import { readItems, type ScoreItem } from "./units.ts";

/** How a judge is found and loaded. */
export interface LoadJudgeOptions extends EngineOptions {
  /** Progress of a download or of the checksum of a file that is new here. */
  readonly onModelProgress?: (progress: ModelProgress) => void;
  /**
   * `auto`: use the file that `lager judges prepare` kept for this judge, where there is one. Its
   * logits are not the bits of the judge's own file. Default `off`.
   */
  readonly prepared?: (typeof PREPARED_CHOICES)[number];
}

/** A rewritten layout of a judge's weights. */
export interface PreparedJudge {
  /** Type of the weights: `F16`, `BF16`, `Q8_0`. */
  readonly type: string;
  /** SHA-256 of the file that it was made from. */
  readonly sourceSha256: string;
}

/**
 * Finds a judge, fetches it where that is needed, and loads it.
 *
 * @param judge - a name of the catalogue, the path of a GGUF file, or an `hf:` URI.
 * @throws LagerError `UNKNOWN_JUDGE`, `DOWNLOAD_FAILED`, `CHECKSUM_MISMATCH`, `INVALID_GGUF`,
 *   `UNSUPPORTED_JUDGE`, `INVALID_ADAPTER`, `UNREADABLE_FILE`, `BACKEND_UNAVAILABLE`,
 *   `ADDON_UNAVAILABLE`, `OUT_OF_MEMORY`, `TEMPLATE_FAILED`, `ABORTED`.
 * @example
 * await using judge = await loadJudge("smollm2-135m");
 * const { score } = await judge.score({ instruction: "2 + 2?", response: "4" });
 */
export async function loadJudge(judge: string, options: LoadJudgeOptions = {}): Promise<Judge> {
  const { signal, onModelProgress } = options;
  const wish = requireOneOf("prepared", options.prepared ?? "off", PREPARED_CHOICES);
  const model = await resolveJudge(judge, { signal, onProgress: onModelProgress });
  const prepared = wish === "off" ? null : await preparedFor(model.sha256, options);
  const adapters = await resolveAdapters(options.lora ?? [], { signal });
  const { path, sha256 } = prepared ?? model;
  const engine = await JudgeEngine.load(path, { ...options, lora: adapters });
  try {
    return new Judge(
      engine,
      model.name,
      path,
      sha256,
      adapters,
      prepared === null ? null : { type: prepared.type, sourceSha256: model.sha256 },
    );
  } catch (error) {
    await engine.dispose();
    throw error;
  }
}

/** The prepared file of a judge, where it will run on the CPU, for which it was made. */
export async function preparedFor(
  sourceSha256: string,
  { gpu = "auto", signal, onNotice, ...options }: LoadJudgeOptions,
): Promise<PreparedFile | null> {
  const { backend, cpuFeatures } = await selectBackend(gpu, options);
  if (backend !== "CPU") {
    onNotice?.(`prepared weights are made for the CPU; on ${backend} the judge's own file is used`);
    return null;
  }
  const prepared = await findPrepared(sourceSha256, cpuFeatures, { signal });
  if (prepared === null) {
    onNotice?.("no prepared weights of this judge are kept here: its own file is used");
  }
  return prepared;
}

/** A loaded judge: scores items on the criteria of a task. Made by {@link loadJudge}. */
export class Judge implements AsyncDisposable {
  /** The name, path or URI that it was loaded by. */
  readonly name: string;
  /** Path of its GGUF file. */
  readonly path: string;
  /** SHA-256 of that file, lower-case hex. */
  readonly fileSha256: string;
  /** Which prepared layout of the judge the file is; null for the judge's own file. */
  readonly prepared: PreparedJudge | null;
  /** LoRA adapters on top of it, in the order in which they are applied. */
  readonly adapters: readonly ResolvedAdapter[];
  /** What stands for file and adapters together; without adapters the file's own SHA-256. */
  readonly sha256: string;
  /** Its chat template; `isFallback` when it has none and prompts are plain text. */
  readonly chatTemplate: ChatTemplate;
  readonly #engine: JudgeEngine;
  readonly #scoring: ScoringEngine;

  /** @internal use {@link loadJudge} */
  constructor(
    engine: JudgeEngine,
    name: string,
    path: string,
    sha256: string,
    adapters: readonly ResolvedAdapter[] = [],
    prepared: PreparedJudge | null = null,
  ) {
    this.prepared = prepared;
    this.name = name;
    this.path = path;
    this.fileSha256 = sha256;
    this.adapters = adapters;
    this.sha256 = adaptedSha256(sha256, adapters);
    this.#engine = engine;
    const { parallel } = engine.info;
    const captures = parallel > 1 ? new CapturePacker(engine, parallel) : engine;
    this.#scoring = { engine, captures };
    this.chatTemplate = chatTemplateOf(engine);
  }

  /** Architecture, layers, context and what else the GGUF says. */
  get info(): NativeJudgeInfo {
    return this.#engine.info;
  }

  /** The devices it runs on, and why. */
  get backend(): BackendSelection {
    return this.#engine.backend;
  }

  /** Its layers on the GPU, the LM head's counted as one more; 0 on the CPU. */
  get gpuLayers(): number {
    return this.#engine.gpuLayers;
  }

  /** Scalar GGUF metadata as text, by key. */
  metadata(): Record<string, string> {
    return this.#engine.metadata();
  }

  /**
   * The tokens of a task's labels with this judge.
   *
   * @throws LagerError `AMBIGUOUS_LABELS`, `INVALID_TASK`, `TEMPLATE_FAILED`.
   */
  async labelTokens(task?: ScoreOptions["task"]): Promise<LabelTokens[]> {
    const judgeTask = new JudgeTask(this.#engine, this.chatTemplate, await resolveTask(task));
    return judgeTask.labelTokens();
  }

  /**
   * Scores one item on one criterion.
   *
   * @param item - the fields that the task reads; by default `instruction`, `response`,
   *   `reference?`, `context?`.
   * @param options - `criterion`: name of one of the task's criteria; default its first.
   * @throws LagerError `INVALID_FIELD`, `EMPTY_RESPONSE`, `INVALID_TASK`, `INVALID_ARGUMENT`,
   *   `UNREADABLE_FILE`, `INVALID_WEIGHTS`, `WEIGHTS_MISMATCH`, `AMBIGUOUS_LABELS`,
   *   `PROMPT_TOO_LONG`, `UNSAFE_PROMPT`, `TEMPLATE_FAILED`, `DECODE_FAILED`, `CAPTURE_INCOMPLETE`,
   *   `HEAD_MISMATCH`, `NO_SCORE_TOKEN`, `ABORTED`, `DISPOSED`.
   */
  async score(
    item: ScoreItem,
    options: ScoreOptions & { readonly criterion?: string } = {},
  ): Promise<ItemScore> {
    const session = await openSession(this.#engine, this, options);
    const { task } = session.judgeTask;
    const criterion = findCriterion(task, options.criterion);
    const unit = { record: parseRecord(item, task, 1), criterion };
    const prepared = await prepare(session, unit);
    const outcome = await scoreUnit(this.#scoring, session, prepared, options.signal);
    if (outcome.kind === "score") return outcome;
    throw new LagerError(outcome.code, outcome.message);
  }

  /**
   * Scores a stream of items on every criterion of the task, in order. Memory does not grow with
   * the number of items. What goes wrong with one item is a failure among the outcomes.
   *
   * @throws LagerError as {@link score} does, but for the errors of single items.
   */
  async *scoreAll(
    items: Iterable<ScoreItem> | AsyncIterable<ScoreItem>,
    options: ScoreAllOptions = {},
  ): AsyncGenerator<ItemOutcome> {
    const task = await resolveTask(options.task);
    yield* this.scoreEntries(readItems(items, task), { ...options, task });
  }

  /** Like {@link scoreAll}, of records that were read with the same task. */
  async *scoreEntries(
    entries: AsyncIterable<DatasetEntry> | Iterable<DatasetEntry>,
    options: ScoreAllOptions = {},
  ): AsyncGenerator<ItemOutcome> {
    const session = await openSession(this.#engine, this, options);
    yield* scoreStream(this.#scoring, session, entries, options);
  }

  /** Waits for the running capture and frees the judge. Idempotent. */
  dispose(): Promise<void> {
    return this.#engine.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}

function findCriterion(task: Task, name: string | undefined): Criterion {
  const criterion =
    name === undefined ? task.criteria[0] : task.criteria.find((each) => each.name === name);
  if (criterion === undefined) {
    const names = task.criteria.map((each) => each.name).join(", ");
    throw new LagerError(
      "INVALID_ARGUMENT",
      `the task ${task.name} has no criterion ${JSON.stringify(name)}; it has ${names}`,
    );
  }
  return criterion;
}
