import { readdirSync } from "node:fs";
import path from "node:path";
import { cachedJudgePath, modelsFolder } from "../engine/models/cache.ts";
import { findJudge } from "../engine/models/catalog.ts";
import { modelFiles } from "../engine/models/split-gguf.ts";
import type { JudgeSettings } from "../engine/native/engine-options.ts";

/** Files from which a judge is loaded, as far as they are known before it is found. */
export function judgeFiles(
  judge: string,
  { lora = [], chatTemplate }: Pick<JudgeSettings, "lora" | "chatTemplate">,
): string[] {
  const adapters = lora.map((adapter) => adapter.path);
  return [...ownFiles(judge), ...adapters, ...(chatTemplate === undefined ? [] : [chatTemplate])];
}

function ownFiles(judge: string): string[] {
  if (findJudge(judge) !== undefined) return modelFiles(cachedJudgePath(judge));
  // Which file it will be only the hub can say; it is one of these, if it was fetched before.
  return judge.startsWith("hf:") ? fetchedFiles() : modelFiles(judge);
}

/** All that was ever fetched, and what is kept beside it. */
function fetchedFiles(): string[] {
  const folder = modelsFolder();
  try {
    return readdirSync(folder).map((name) => path.join(folder, name));
  } catch {
    return []; // nothing was
  }
}
