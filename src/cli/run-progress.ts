import { plainProgressLine, progressLine } from "../present/terminal/progress.ts";
import type { ScoreSummary } from "../workflows/score-run/result.ts";
import type { ScoreToRunProgress } from "../workflows/score-run/score-to-run.ts";
import type { StatusLine } from "./status-line.ts";

/**
 * Shows how far a run is.
 *
 * @param title what stands in front.
 */
export function showRunProgress(
  status: StatusLine,
  title?: string,
): (progress: ScoreToRunProgress) => void {
  const front = title === undefined ? "" : `${title} `;
  return (progress) =>
    status.update(
      (columns) => `${front}${progressLine(progress, columns - front.length)}`,
      () => `${front}${plainProgressLine(progress)}`,
    );
}

/** Says how many lines of a run failed by which codes, and the first of them. */
export function noteFailures({ failures, firstFailures }: ScoreSummary, status: StatusLine): void {
  status.clear();
  const [first] = firstFailures.values();
  if (first === undefined) return;
  const codes = Array.from(failures, ([code, count]) => `${code} ${count}`);
  status.note(`failed: ${codes.join(", ")}; first: ${first}`);
}
