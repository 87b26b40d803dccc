import type { ModelProgress } from "../engine/models/model-progress.ts";
import { type Judge, loadJudge } from "../judge/judge.ts";
import { byteProgressLine, plainByteProgressLine } from "../present/terminal/progress.ts";
import type { JudgeOptions } from "./judge-options.ts";
import type { StatusLine } from "./status-line.ts";

/** Shows a download or a checksum. */
export function modelProgress(status: StatusLine): (progress: ModelProgress) => void {
  const startedAt = performance.now();
  return ({ phase, bytes, totalBytes }) => {
    const what = phase === "download" ? "fetching the judge" : "checking the judge's file";
    const progress = { bytes, totalBytes, elapsedMs: performance.now() - startedAt };
    status.update(
      (columns) => byteProgressLine(what, progress, columns),
      () => plainByteProgressLine(what, progress),
    );
  };
}

/** Finds and loads a judge, with progress, and says what a person should know about it. */
export async function openJudge(
  name: string,
  options: JudgeOptions,
  status: StatusLine,
  signal: AbortSignal,
): Promise<Judge> {
  const judge = await loadJudge(name, {
    ...options,
    signal,
    onModelProgress: modelProgress(status),
    onNotice: (text) => status.note(`note: ${text}`),
    onLoadProgress: (share) => {
      const text = `loading ${name}: ${Math.round(share * 100)} %`;
      status.update(
        () => text,
        () => text,
      );
    },
  });
  status.clear();
  if (judge.chatTemplate.isFallback) {
    status.note(
      `note: ${name} has no chat template; prompts are plain text, which suits base models only`,
    );
  }
  return judge;
}
