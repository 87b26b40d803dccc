import { visibleLines } from "../../base/visible-text.ts";
import type {
  NativeAddon,
  NativeBackends,
  NativeCancelFlag,
  NativeJudge,
  NativeLoadRequest,
} from "../addon/boundary.ts";
import type { ChildOptions, EngineChild } from "./engine-child.ts";
import { EngineProcess } from "./engine-process.ts";
import { ProcessJudge } from "./process-judge.ts";
import { RemoteFlag } from "./remote-flag.ts";

/** The native boundary, with native code in a child process. */
export class ProcessAddon implements NativeAddon {
  readonly #engine: EngineProcess;
  #isVerbose = false;

  constructor(options: Omit<ChildOptions, "onLog">) {
    this.#engine = new EngineProcess({
      ...options,
      onLog: (text) => {
        // biome-ignore lint/plugin: the log that was asked for goes where native code writes it itself.
        if (this.#isVerbose) process.stderr.write(visibleLines(text));
      },
    });
  }

  /** Of the child that there is now. */
  get pid(): number | undefined {
    return this.#engine.pid;
  }

  initialize(
    libraryDirectory: string,
    plugins: readonly string[],
    verbose: boolean,
  ): Promise<NativeBackends> {
    this.#isVerbose = verbose;
    return this.#engine.setUp({ method: "initialize", libraryDirectory, plugins, verbose });
  }

  async loadJudge(
    request: NativeLoadRequest,
    cancel: NativeCancelFlag,
    onProgress: (share: number) => void,
  ): Promise<NativeJudge> {
    let loadedIn: EngineChild | undefined;
    const loaded = await this.#engine.run<"loadJudge">({
      callIn(child) {
        loadedIn = child;
        return { method: "loadJudge", request };
      },
      flag: RemoteFlag.of(cancel),
      onProgress,
      isTriedOnce: true,
    });
    if (loadedIn === undefined) throw new Error("a judge was loaded nowhere");
    return new ProcessJudge(this.#engine, request, loadedIn, loaded);
  }

  architectureOf(file: string): Promise<string | null> {
    return this.#engine.run<"architectureOf">({
      callIn: () => ({ method: "architectureOf", path: file }),
      isTriedOnce: true,
    });
  }

  newCancelFlag(): NativeCancelFlag {
    return RemoteFlag.make();
  }

  cancel(flag: NativeCancelFlag): void {
    RemoteFlag.of(flag).raise();
  }

  /** Waits a moment for what is under way, then ends the child. Idempotent. */
  close(): Promise<void> {
    return this.#engine.close();
  }
}
