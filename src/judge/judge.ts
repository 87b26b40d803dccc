import { type BackendSelection, selectBackend } from "../capture/backend.ts";
import { CapturePacker } from "../capture/capture-packer.ts";
import type { EngineOptions } from "../capture/engine-options.ts";
import { JudgeEngine } from "../capture/judge-engine.ts";
import type { NativeJudgeInfo } from "../capture/native-addon.ts";
import type { DatasetEntry } from "../dataset/dataset.ts";
import { parseRecord } from "../dataset/parse-record.ts";
import { LagerError, requireOneOf } from "../errors.ts";
import { adaptedSha256, type ResolvedAdapter, resolveAdapters } from "../models/adapters.ts";
import type { ModelProgress } from "../models/model-progress.ts";
import { PREPARED_CHOICES } from "../models/layout-choice.ts";
import { findPrepared, type PreparedFile } from "../models/prepared.ts";
import { resolveJudge } from "../models/resolve.ts";
import { depthFirst } from "../plan/depth-first.ts";
import { inSourceOrder } from "../plan/source-order.ts";
import type { ChatTemplate } from "../prompt/chat-template.ts";
import type { ItemOutcome, ItemScore } from "../score/item-outcome.ts";
import { scoreFromLogits } from "../score/score-from-logits.ts";
import { scoreFromNodes } from "../score/score-from-nodes.ts";
import type { Projection, ScoreResult } from "../score/score-result.ts";
import { loadTask } from "../task/load-task.ts";
import { parseTask } from "../task/parse-task.ts";
import type { Criterion, Task } from "../task/task.ts";
import { parseLayerSet } from "../weights/layer-set.ts";
import { uniformWeights } from "../weights/uniform-weights.ts";
import { captureNodes } from "./capture-nodes.ts";
import { type ConditionOptions, conditionSettings, generateAnswer } from "./generate-answer.ts";
import { chatTemplateOf, JudgeTask, type LabelTokens } from "./judge-task.ts";
import { mapAhead } from "./map-ahead.ts";
import {
  itemScore,
  noScore,
  requireSameLabels,
  type ScorePosition,
  type Session,
} from "./session.ts";
import {
  asOutcome,
  notDone,
  type PreparedUnit,
  readItems,
  type ScoreItem,
  type Unit,
  units,
} from "./units.ts";

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

/** What is asked of the judge, and how the layers become one score. */
export interface ScoreOptions extends ConditionOptions {
  /** A task, the name of a built-in one or a task file. Default: the built-in `general`. */
  readonly task?: Task | string | Readonly<Record<string, unknown>>;
  /** Layers to aggregate (see the layer sets). Default `all`: layers 1…L, uniform weights. */
  readonly layers?: string;
  /** Default `normed`. */
  readonly projection?: Projection;
  /** Ends the call with `ABORTED`. */
  readonly signal?: AbortSignal;
}

/** How many items are scored, and what was spent on them. */
export interface ScoreProgress {
  readonly done: number;
  readonly failed: number;
  /** Tokens of all prompts so far. */
  readonly promptTokens: number;
  /**
   * Tokens that were decoded: of the prompts (the rest was shared with the prompt before), and for
   * the branches of labels of several tokens.
   */
  readonly decodedTokens: number;
  /**
   * Distinct tokens of the prompts, where what a window of 1024 prompts shares counts once: the
   * least that can be decoded for them. A window is added when all of its prompts are known.
   */
  readonly distinctTokens: number;
  /**
   * Time that the judge spent in llama.cpp's decode calls since the run began, also for others that
   * use it at the same time. The rest of a run's time is not hidden behind them.
   */
  readonly decodeSeconds: number;
}

/** What a whole run takes beside {@link ScoreOptions}. */
export interface ScoreAllOptions extends ScoreOptions {
  /** Called after every outcome. */
  readonly onProgress?: (progress: ScoreProgress) => void;
  /**
   * Whether this item was scored on this criterion before (null: the record was found broken), so
   * that it is passed over. Asked once for each, in order.
   */
  readonly isDone?: (id: string, criterion: string | null) => boolean;
  /** Adds the decoded token ids or the rendered prompt to every score. */
  readonly include?: readonly ("tokens" | "prompt")[];
}

/** Prompts that are rendered and tokenised at the same time. */
const PROMPTS_AT_ONCE = 16;
/**
 * Prompts among which the next one is chosen, and at most so far from their turn: it bounds the
 * memory of a run (some 10 kB each, with a result that waits).
 */
const PLAN_WINDOW = 1024;
/**
 * Captures handed to the engine, as many times as it takes prompts at once: the next ones wait there
 * while the last results are being used.
 */
const CAPTURES_AHEAD = 2;

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
async function preparedFor(
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
  /** What takes the captures of prompts: the engine, or packs of them where it takes several at once. */
  readonly #captures: Pick<JudgeEngine, "capture">;

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
    this.#captures = parallel > 1 ? new CapturePacker(engine, parallel) : engine;
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
   *   `AMBIGUOUS_LABELS`, `PROMPT_TOO_LONG`, `UNSAFE_PROMPT`, `TEMPLATE_FAILED`, `DECODE_FAILED`,
   *   `CAPTURE_INCOMPLETE`, `HEAD_MISMATCH`, `NO_SCORE_TOKEN`, `ABORTED`, `DISPOSED`.
   */
  async score(
    item: ScoreItem,
    options: ScoreOptions & { readonly criterion?: string } = {},
  ): Promise<ItemScore> {
    const session = await this.#openSession(options);
    const { task } = session.judgeTask;
    const criterion = findCriterion(task, options.criterion);
    const unit = { record: parseRecord(item, task, 1), criterion };
    const outcome = await this.#capture(session, await prepare(session, unit), options.signal);
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
    const session = await this.#openSession(options);
    const stop = new AbortController();
    const signal =
      options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
    const progress = { done: 0, failed: 0, promptTokens: 0, decodedTokens: 0, distinctTokens: 0 };
    const decodeSecondsBefore = this.#engine.decodeSeconds;
    const prepared = mapAhead(
      notDone(units(entries, session.judgeTask.task.criteria), options.isDone),
      PROMPTS_AT_ONCE,
      async (unit) => ("kind" in unit ? unit : asOutcome(unit, () => prepare(session, unit))),
    );
    const planned = depthFirst(prepared, {
      tokensOf: (unit) => ("kind" in unit ? null : unit.tokens),
      window: PLAN_WINDOW,
      onWindow: (distinct) => {
        progress.distinctTokens += distinct;
      },
      signal,
    });
    const outcomes = mapAhead(
      planned,
      CAPTURES_AHEAD * this.info.parallel,
      async ({ sequence, element: unit }) => ({
        sequence,
        element:
          "kind" in unit ? unit : await asOutcome(unit, () => this.#capture(session, unit, signal)),
      }),
      () => stop.abort(),
    );
    for await (const outcome of inSourceOrder(outcomes)) {
      progress.done++;
      if (outcome.kind === "failure") {
        progress.failed++;
      } else {
        progress.promptTokens += outcome.promptTokens;
        progress.decodedTokens +=
          outcome.promptTokens -
          outcome.reusedTokens +
          (outcome.branchTokens ?? 0) +
          (outcome.generatedTokens ?? 0);
      }
      const decodeSeconds = this.#engine.decodeSeconds - decodeSecondsBefore;
      options.onProgress?.({ ...progress, decodeSeconds });
      yield outcome;
    }
  }

  /** Waits for the running capture and frees the judge. Idempotent. */
  dispose(): Promise<void> {
    return this.#engine.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #openSession(options: ScoreAllOptions): Promise<Session> {
    const layers = parseLayerSet(options.layers ?? "all", this.info.layers);
    if (layers.layers.includes(0) && !this.info.embeddingRow) {
      throw new LagerError(
        "UNSUPPORTED_JUDGE",
        `the layer set ${JSON.stringify(layers.spec)} wants the token embedding (layer 0), which cannot be captured from this judge`,
      );
    }
    const condition = conditionSettings(options);
    const judgeTask = new JudgeTask(
      this.#engine,
      this.chatTemplate,
      await resolveTask(options.task),
      condition.condition,
    );
    // Labels that cannot be told apart are so for every item: say so before the first.
    const labels = await judgeTask.labels();
    return {
      judgeTask,
      labels,
      layers,
      weights: uniformWeights(layers.layers),
      projection: requireOneOf("projection", options.projection ?? "normed", ["normed", "raw"]),
      include: new Set(options.include ?? []),
      condition,
      finder:
        condition.condition === "prefill"
          ? null
          : await judgeTask.scoreFinder(condition.scorePosition),
    };
  }

  async #capture(
    session: Session,
    unit: PreparedUnit,
    signal: AbortSignal | undefined,
  ): Promise<ItemOutcome> {
    const { tokens, labels, record } = unit;
    if (labels === null) return this.#answer(session, unit, signal);
    const position = { id: record.id, tokens, labels };
    const result = await this.#scoreLabels(session, position, this.#captures, signal);
    return itemScore(session, unit, position, result);
  }

  /** Lets the judge write its answer, and captures where it wrote the score. */
  #answer(
    session: Session,
    unit: PreparedUnit,
    signal: AbortSignal | undefined,
  ): Promise<ItemOutcome> {
    const { condition, finder } = session;
    if (condition.condition === "prefill" || finder === null) {
      throw new LagerError("INTERNAL", "a prompt without labels, but nothing is to be generated");
    }
    const { maxTokens } = condition;
    return this.#engine.turn(async (turn) => {
      const answer = await generateAnswer(turn, unit.tokens, { finder, maxTokens, signal });
      const generated = this.#engine.textOf(answer.generated);
      if (answer.scored === null) return noScore(unit, generated, maxTokens);
      const position = { id: unit.record.id, ...answer.scored };
      const result = await this.#scoreLabels(session, position, turn, signal);
      return {
        ...itemScore(session, unit, position, result),
        // The capture finds the prompt decoded by the generation.
        reusedTokens: Math.min(answer.reusedTokens, result.reusedTokens),
        generated,
        generatedTokens: answer.generated.length,
      };
    });
  }

  async #scoreLabels(
    session: Session,
    position: ScorePosition,
    engine: Pick<JudgeEngine, "capture">,
    signal: AbortSignal | undefined,
  ): Promise<ScoreResult> {
    const { labels, tokens } = position;
    const aggregation = {
      layerCount: this.info.layers,
      values: session.judgeTask.task.scale.map(({ value }) => value),
      layers: session.layers.layers,
      weights: session.weights,
      projection: session.projection,
    };
    requireSameLabels(session, position);
    const [root] = labels.nodes;
    if (labels.isFlat && root !== undefined) {
      const captured = await engine.capture(tokens, root.outcomes, { signal });
      return scoreFromLogits({ ...captured, ...aggregation });
    }
    const captured = await captureNodes(engine, tokens, labels, signal);
    return scoreFromNodes({ ...captured, ...aggregation, paths: labels.paths });
  }
}

async function prepare(session: Session, unit: Unit): Promise<PreparedUnit> {
  return { ...unit, ...(await session.judgeTask.prompt(unit.criterion, unit.record)) };
}

async function resolveTask(task: ScoreOptions["task"]): Promise<Task> {
  if (task === undefined || typeof task === "string") return loadTask(task ?? "general");
  return parseTask(task, {});
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
