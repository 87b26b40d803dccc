import type { ResolvedAdapter } from "../engine/models/adapters.ts";
import type { JudgeEngine } from "../engine/native/judge-engine.ts";
import type { ChatTemplate } from "../input/prompt/chat-template.ts";

/** A judge that is loaded, as its sessions use it. */
export interface LoadedJudge {
  /** The name, path or URI that it was loaded by. */
  readonly name: string;
  /** Path of its GGUF file. */
  readonly path: string;
  /** SHA-256 of that file, lower-case hex. */
  readonly fileSha256: string;
  /** What stands for file and adapters together; without adapters the file's own SHA-256. */
  readonly sha256: string;
  /** LoRA adapters on top of it, in the order in which they are applied. */
  readonly adapters: readonly ResolvedAdapter[];
  /** Its chat template; `isFallback` when it has none and prompts are plain text. */
  readonly chatTemplate: ChatTemplate;
  /** @internal */
  readonly engine: JudgeEngine;
  /**
   * What takes the captures of prompts: the engine, or packs of them where it takes several at once.
   *
   * @internal
   */
  readonly captures: Pick<JudgeEngine, "capture">;
}
