import { truncate } from "./terminal-text.ts";

/** How far a run has come. */
export interface RunProgress {
  /** Results so far, failures included. */
  readonly done: number;
  /** Results that there will be, or `null` while that is not known (standard input). */
  readonly total: number | null;
  /** Failures among `done`. */
  readonly failed: number;
  readonly elapsedMs: number;
  /** Prompt tokens per second, reused ones included or not as the caller counts. */
  readonly tokensPerSecond?: number;
}

const MAX_BAR = 30;
const MIN_BAR = 5;
const EIGHTHS = [..." ▏▎▍▌▋▊▉"];

/**
 * Progress with a bar, for one line of a terminal that is drawn over and over; no line end.
 *
 * @param columns Width of the terminal. Default: 80. The line stays below it, so that it never
 *   wraps.
 */
export function progressLine(progress: RunProgress, columns = 80): string {
  return barLine(shareOf(progress.done, progress.total), runFigures(progress), columns);
}

/** Progress as plain text for a log; no line end. */
export function plainProgressLine(progress: RunProgress): string {
  return runFigures(progress).join(", ");
}

/** How far a download or a checksum has come. */
export interface ByteProgress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly elapsedMs: number;
}

/** Progress of a download with a bar; otherwise as {@link progressLine}. */
export function byteProgressLine(what: string, progress: ByteProgress, columns = 80): string {
  const share = shareOf(progress.bytes, progress.totalBytes);
  return barLine(share, [what, ...byteFigures(progress)], columns);
}

/** Progress of a download as plain text for a log; no line end. */
export function plainByteProgressLine(what: string, progress: ByteProgress): string {
  return [what, ...byteFigures(progress)].join(", ");
}

function runFigures({ done, total, failed, elapsedMs, tokensPerSecond }: RunProgress): string[] {
  const seconds = elapsedMs / 1000;
  const figures = [total === null ? `${done} done` : `${done}/${total}`];
  if (failed > 0) figures.push(`${failed} failed`);
  if (done > 0 && seconds > 0) figures.push(`${short(done / seconds)}/s`);
  if (tokensPerSecond !== undefined && Number.isFinite(tokensPerSecond)) {
    figures.push(`${short(tokensPerSecond)} tokens/s`);
  }
  figures.push(timeFigure(done, total, elapsedMs));
  return figures;
}

function byteFigures({ bytes, totalBytes, elapsedMs }: ByteProgress): string[] {
  const seconds = elapsedMs / 1000;
  const figures = [`${megabytes(bytes)}/${megabytes(totalBytes)} MB`];
  if (bytes > 0 && seconds > 0) figures.push(`${megabytes(bytes / seconds)} MB/s`);
  figures.push(timeFigure(bytes, totalBytes, elapsedMs));
  return figures;
}

/** Time left while there is some, else the time it took. */
function timeFigure(done: number, total: number | null, elapsedMs: number): string {
  if (total === null || done >= total) return `${duration(elapsedMs)} elapsed`;
  // Before the first result there is nothing to reckon with.
  if (done === 0) return "time left unknown";
  return `${duration((elapsedMs / done) * (total - done))} left`;
}

function shareOf(done: number, total: number | null): number | null {
  if (total === null) return null;
  return total === 0 ? 1 : Math.min(1, Math.max(0, done / total));
}

function barLine(share: number | null, figures: readonly string[], columns: number): string {
  const text = figures.join(" · ");
  const width = columns - 1;
  const bar = Math.min(MAX_BAR, width - text.length - "▕▏ 100 % ".length);
  if (share === null || bar < MIN_BAR) return truncate(text, width);
  // Rounded down: 100 % means that it is done.
  const percent = String(Math.floor(share * 100)).padStart(3);
  return truncate(`▕${drawBar(share, bar)}▏${percent} % ${text}`, width);
}

function drawBar(share: number, width: number): string {
  const eighths = Math.floor(share * width * 8);
  const full = Math.floor(eighths / 8);
  const rest = full < width ? (EIGHTHS[eighths % 8] ?? " ") : "";
  return "█".repeat(full) + rest + " ".repeat(Math.max(0, width - full - 1));
}

/** `45 s`, `3 min 20 s`, `2 h 5 min`. */
function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function short(rate: number): string {
  if (rate >= 10) return rate.toFixed(0);
  return rate >= 1 ? rate.toFixed(1) : rate.toFixed(2);
}

function megabytes(bytes: number): string {
  return short(bytes / 1e6);
}
