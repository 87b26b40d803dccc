import type { ModelProgress } from "../engine/models/model-progress.ts";
import { type Judge, type LoadJudgeOptions, loadJudge } from "../judge/judge.ts";
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

/** Shows how a judge is fetched and loaded, and says what a person should know about it. */
export function shownLoading(
  name: string,
  status: StatusLine,
): Required<Pick<LoadJudgeOptions, "onModelProgress" | "onLoadProgress" | "onNotice">> {
  return {
    onModelProgress: modelProgress(status),
    onLoadProgress: (share) => status.show(`loading ${name}: ${Math.round(share * 100)} %`),
    onNotice: (text) => status.note(`note: ${text}`),
  };
}

/** Finds and loads a judge, with progress. */
export async function openJudge(
  name: string,
  options: JudgeOptions,
  status: StatusLine,
  signal: AbortSignal,
): Promise<Judge> {
  const judge = await loadJudge(name, { ...options, signal, ...shownLoading(name, status) });
  status.clear();
  return judge;
}
