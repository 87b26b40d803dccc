import { checkArguments, ITERABLE, OBJECT, TEXT } from "../base/arguments.ts";
import { throwIfAborted } from "../base/errors.ts";
import { publicCall, publicStream } from "../base/public-call.ts";
import type { NativeJudgeInfo } from "../engine/addon/boundary.ts";
import { adaptedSha256, type ResolvedAdapter, resolveAdapters } from "../engine/models/adapters.ts";
import type { ModelProgress } from "../engine/models/model-progress.ts";
import { resolveJudge } from "../engine/models/resolve.ts";
import type { BackendSelection } from "../engine/native/backend.ts";
import { CapturePacker } from "../engine/native/capture-packer.ts";
import { type EngineHost, openHost } from "../engine/native/engine-host.ts";
import type { EngineOptions, JudgeSettings } from "../engine/native/engine-options.ts";
import { JudgeEngine } from "../engine/native/judge-engine.ts";
import type { ChatTemplate } from "../input/prompt/chat-template.ts";
import type { Outcome, Score } from "../scoring/score/outcome.ts";
import { readChatTemplate } from "./chat-template-file.ts";
import { recordsOf, type ScoreItem } from "./items.ts";
import { chatTemplateOf } from "./judge-task.ts";
import type { LoadedJudge } from "./loaded-judge.ts";
import type {
  ScoreItemOptions,
  ScoreItemsOptions,
  SessionOptions,
  TaskChoice,
} from "./score-options.ts";
import { Session } from "./session.ts";

/** How a judge is found and loaded. */
export interface LoadJudgeOptions extends EngineOptions, JudgeSettings {
  /** Progress of a download or of the checksum of a file that is new here. */
  readonly onModelProgress?: ((progress: ModelProgress) => void) | undefined;
}

/**
 * Finds a judge, fetches it where that is needed, and loads it.
 *
 * @param judge - a name of the catalogue, the path of a GGUF file, or an `hf:` URI.
 * @throws LagerError `UNKNOWN_JUDGE`, `DOWNLOAD_FAILED`, `CHECKSUM_MISMATCH`, `INVALID_GGUF`,
 *   `UNSUPPORTED_JUDGE`, `INVALID_ADAPTER`, `UNREADABLE_FILE`, `BACKEND_UNAVAILABLE`,
 *   `ADDON_UNAVAILABLE`, `OUT_OF_MEMORY`, `ENGINE_CRASHED`, `TEMPLATE_FAILED`, `NOT_UTF8`,
 *   `ABORTED`.
 * @example
 * await using judge = await loadJudge("smollm2-135m");
 * const { score } = await judge.score({ instruction: "2 + 2?", response: "4" });
 */
export async function loadJudge(judge: string, options: LoadJudgeOptions = {}): Promise<Judge> {
  checkArguments("loadJudge", { judge: [judge, TEXT] });
  return publicCall("loadJudge", options, (own) => load(judge, own));
}

async function load(judge: string, options: LoadJudgeOptions): Promise<Judge> {
  const given =
    options.chatTemplate === undefined ? undefined : await readChatTemplate(options.chatTemplate);
  // A process of its own starts while the file is looked for and hashed.
  const host = openHost(options);
  const { engine, file } = await findAndLoad(host, judge, options).catch(async (error: unknown) => {
    await host[Symbol.asyncDispose]();
    throw error;
  });
  try {
    const loaded = new Judge(
      engine,
      file,
      await chatTemplateOf(engine, given ?? { file: file.path }),
    );
    const { notice } = loaded.chatTemplate;
    if (notice !== undefined) options.onNotice?.(`${judge} ${notice}`);
    throwIfAborted(options.signal, "loading the judge");
    return loaded;
  } catch (error) {
    await engine.dispose();
    throw error;
  }
}

/** What a judge was loaded from. */
type JudgeFile = Pick<LoadedJudge, "name" | "path" | "fileSha256" | "adapters">;

async function findAndLoad(
  host: EngineHost,
  judge: string,
  options: LoadJudgeOptions,
): Promise<{ readonly engine: JudgeEngine; readonly file: JudgeFile }> {
  const { signal, onModelProgress } = options;
  const model = await resolveJudge(judge, { signal, onProgress: onModelProgress });
  const adapters = await resolveAdapters(options.lora ?? [], { signal });
  const { name, path, sha256 } = model;
  const engine = await JudgeEngine.loadOn(host, path, { ...options, lora: adapters });
  return { engine, file: { name, path, fileSha256: sha256, adapters } };
}

/** A loaded judge. Made by {@link loadJudge}. */
export class Judge implements LoadedJudge, AsyncDisposable {
  readonly name: string;
  readonly path: string;
  readonly fileSha256: string;
  readonly sha256: string;
  readonly adapters: readonly ResolvedAdapter[];
  readonly chatTemplate: ChatTemplate;
  /** @internal */
  readonly engine: JudgeEngine;
  /** @internal */
  readonly captures: Pick<JudgeEngine, "capture">;

  /** @internal use {@link loadJudge} */
  constructor(engine: JudgeEngine, file: JudgeFile, chatTemplate: ChatTemplate) {
    this.name = file.name;
    this.path = file.path;
    this.fileSha256 = file.fileSha256;
    this.sha256 = adaptedSha256(file.fileSha256, file.adapters);
    this.adapters = file.adapters;
    this.engine = engine;
    const { parallel } = engine.info;
    this.captures = parallel > 1 ? new CapturePacker(engine, parallel) : engine;
    this.chatTemplate = chatTemplate;
  }

  /** Architecture, layers, context and what else the GGUF says. */
  get info(): NativeJudgeInfo {
    return this.engine.info;
  }

  /** The devices it runs on, and why. */
  get backend(): BackendSelection {
    return this.engine.backend;
  }

  /** Its layers on the GPU, the LM head's counted as one more; 0 on the CPU. */
  get gpuLayers(): number {
    return this.engine.gpuLayers;
  }

  /** Scalar GGUF metadata as text, by key. */
  metadata(): Record<string, string> {
    return this.engine.metadata();
  }

  /**
   * Makes the judge ready for a task.
   *
   * @param task - a task, the name of a built-in one or a task file; by default the built-in `general`.
   * @throws LagerError `INVALID_ARGUMENT`, `INVALID_TASK`, `AMBIGUOUS_LABELS`, `TEMPLATE_FAILED`,
   *   `UNREADABLE_FILE`, `INVALID_WEIGHTS`, `WEIGHTS_MISMATCH`, `UNSUPPORTED_JUDGE`, `DISPOSED`.
   */
  openSession(task?: TaskChoice, options: SessionOptions = {}): Promise<Session> {
    return Session.open(this, task, options);
  }

  /**
   * Scores one item on one criterion, in a session of its own. For more than a few items open one
   * with {@link openSession}.
   *
   * @throws LagerError as {@link openSession} and `Session.score`.
   */
  async score(item: ScoreItem, options: ScoreItemOptions = {}): Promise<Score> {
    checkArguments("Judge.score", { item: [item, OBJECT] });
    return publicCall("Judge.score", options, async (own) =>
      (await this.openSession(own.task, own)).score(item, own),
    );
  }

  /**
   * Scores a program's items on every criterion of a task, in a session of its own.
   *
   * @throws LagerError as {@link openSession} and `Session.scoreAll`.
   */
  async *scoreAll(
    items: Iterable<ScoreItem> | AsyncIterable<ScoreItem>,
    options: ScoreItemsOptions = {},
  ): AsyncGenerator<Outcome> {
    checkArguments("Judge.scoreAll", { items: [items, ITERABLE] });
    const open = (own: ScoreItemsOptions) => this.openSession(own.task, own);
    yield* publicStream("Judge.scoreAll", options, async function* (own) {
      const session = await open(own);
      yield* session.scoreAll(recordsOf(items, session.task), own);
    });
  }

  /** Waits for the running capture and frees the judge. Idempotent. */
  dispose(): Promise<void> {
    return this.engine.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}
