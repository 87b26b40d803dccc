import { plainProgressLine, progressLine } from "../present/terminal/progress.ts";
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
