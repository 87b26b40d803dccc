import { cachedJudgePath } from "../engine/models/cache.ts";
import { findJudge } from "../engine/models/catalog.ts";
import { modelFiles } from "../engine/models/split-gguf.ts";
import type { JudgeSettings } from "../engine/native/engine-options.ts";

/** Files from which a judge is loaded, as far as they are known before it is found. */
export function judgeFiles(
  judge: string,
  { lora = [], chatTemplate }: Pick<JudgeSettings, "lora" | "chatTemplate">,
): string[] {
  const own = findJudge(judge) === undefined ? judge : cachedJudgePath(judge);
  const adapters = lora.map(({ path }) => path);
  return [...modelFiles(own), ...adapters, ...(chatTemplate === undefined ? [] : [chatTemplate])];
}
