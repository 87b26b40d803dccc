import { statSync } from "node:fs";
import type {
  MaybePromise,
  NativeBatchRequest,
  NativeCancelFlag,
  NativeCapture,
  NativeCaptureRequest,
  NativeGenerateRequest,
  NativeGeneration,
  NativeJudge,
  NativeJudgeInfo,
  NativeLoadRequest,
  NativeSpecialToken,
} from "../addon/boundary.ts";
import { modelFiles } from "../models/split-gguf.ts";
import { type EngineChild, EngineDeath } from "./engine-child.ts";
import type { EngineProcess, Job } from "./engine-process.ts";
import type { Call, JudgeWork, LoadedInChild, Results } from "./messages.ts";
import { NativeFailure } from "./native-failure.ts";
import { RemoteFlag } from "./remote-flag.ts";

/** What tells that files have been replaced or written to: what one more load gives may be another judge. */
function stateOf({ path: file, adapters }: NativeLoadRequest): string {
  return [...modelFiles(file), ...adapters]
    .map((each) => {
      const stats = statSync(each, { throwIfNoEntry: false });
      return `${stats?.ino} ${stats?.size} ${stats?.mtimeMs}`;
    })
    .join("\n");
}

/** A judge in the engine's process, which is loaded again into a new process when it is needed there. */
export class ProcessJudge implements NativeJudge {
  readonly #engine: EngineProcess;
  readonly #request: NativeLoadRequest;
  readonly #loaded: LoadedInChild;
  readonly #files: string;
  /** Of tokens that were asked for: those of a generated answer are asked for after each token. */
  readonly #texts = new Map<number, string>();
  #child: EngineChild;
  #judge: number;
  #loading: Promise<void> | undefined;
  /** In processes that are gone. */
  #secondsBefore = 0;
  #seconds = 0;
  #disposed: Promise<void> | undefined;

  /** @param child - the process that has loaded it. */
  constructor(
    engine: EngineProcess,
    request: NativeLoadRequest,
    child: EngineChild,
    loaded: LoadedInChild,
  ) {
    this.#engine = engine;
    this.#request = request;
    this.#child = child;
    this.#loaded = loaded;
    this.#files = stateOf(request);
    this.#judge = loaded.judge;
  }

  info(): NativeJudgeInfo {
    return this.#loaded.info;
  }

  metadata(): Record<string, string> {
    return this.#loaded.metadata;
  }

  specialTokens(): readonly NativeSpecialToken[] {
    return this.#loaded.specialTokens;
  }

  /** As of the last call that is over. */
  decodeSeconds(): number {
    return this.#secondsBefore + this.#seconds;
  }

  tokenText(token: number): MaybePromise<string> {
    const known = this.#texts.get(token);
    return known ?? this.#askText(token);
  }

  async #askText(token: number): Promise<string> {
    const text = await this.#run({ method: "tokenText", token });
    this.#texts.set(token, text);
    return text;
  }

  textOf(tokens: Int32Array): Promise<string> {
    return this.#run({ method: "textOf", tokens });
  }

  tokenize(texts: readonly string[], special: Int32Array): Promise<Int32Array[]> {
    return this.#run({ method: "tokenize", texts, special });
  }

  capture(request: NativeCaptureRequest, cancel: NativeCancelFlag): Promise<NativeCapture> {
    return this.#run({ method: "capture", request }, cancel);
  }

  captureBatch(request: NativeBatchRequest, cancel: NativeCancelFlag): Promise<NativeCapture[]> {
    return this.#run({ method: "captureBatch", request }, cancel);
  }

  generate(request: NativeGenerateRequest, cancel: NativeCancelFlag): Promise<NativeGeneration> {
    return this.#run({ method: "generate", request }, cancel);
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #dispose(): Promise<void> {
    if (this.#child.isDead) return;
    const { result, cancel } = this.#child.call<"dispose">({
      method: "dispose",
      judge: this.#judge,
    });
    // A process that does not let go of it within the grace is ended.
    cancel();
    await result.catch((error: unknown) => {
      if (!(error instanceof EngineDeath)) throw error;
    });
  }

  #run<Method extends JudgeWork["method"]>(
    work: Extract<JudgeWork, { method: Method }>,
    cancel?: NativeCancelFlag,
  ): Promise<Results[Method]> {
    const job: Job<Method> = {
      callIn: (child) =>
        child === this.#child
          ? ({ ...work, judge: this.#judge } as unknown as Extract<Call, { method: Method }>)
          : undefined,
      bringUp: (child) => this.#loadInto(child),
      flag: cancel === undefined ? undefined : RemoteFlag.of(cancel),
      onDecodeSeconds: (seconds) => {
        this.#seconds = seconds;
      },
    };
    return this.#engine.run(job);
  }

  /** Loads the same once more; calls that come meanwhile wait for the same load. */
  #loadInto(child: EngineChild): Promise<void> {
    if (stateOf(this.#request) !== this.#files) {
      return Promise.reject(
        new NativeFailure(
          "ENGINE_LOST",
          "the engine's process ended, and the judge's file is not the one that was loaded any more: " +
            "load the judge anew",
        ),
      );
    }
    this.#loading ??= child
      .call<"loadJudge">({ method: "loadJudge", request: this.#request })
      .result.then(({ judge }) => {
        this.#child = child;
        this.#judge = judge;
        this.#secondsBefore += this.#seconds;
        this.#seconds = 0;
      })
      .finally(() => {
        this.#loading = undefined;
      });
    return this.#loading;
  }
}
