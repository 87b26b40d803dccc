import type { ScoreService } from "../workflows/serve/score-service.ts";
import { flag, type OptionValues, parsed, text } from "./command.ts";
import { JUDGE, JUDGE_OPTIONS } from "./judge-options.ts";
import { wholeNumber } from "./option-values.ts";
import { SESSION_OPTIONS } from "./session-options.ts";
import { StatusLine } from "./status-line.ts";

/** How a judge scores for other programs. */
export const SERVICE_OPTIONS = [
  JUDGE,
  text(
    "-t, --task <task>",
    "where a request names none: a built-in task or file (default: general)",
  ),
  parsed("--most-waiting <items>", "items that may wait (default: 10000)", wholeNumber(1)),
  ...SESSION_OPTIONS,
  flag("-q, --quiet", "no progress and no notes on standard error"),
  ...JUDGE_OPTIONS,
] as const;

/** Loads the judge of a service, with progress. */
export async function openService(
  options: OptionValues<typeof SERVICE_OPTIONS>,
  signal: AbortSignal,
): Promise<ScoreService> {
  const { ScoreService } = await import("../workflows/serve/score-service.ts");
  const { shownLoading } = await import("./open-judge.ts");
  const status = new StatusLine({ quiet: options.quiet === true });
  try {
    return await ScoreService.open({
      ...options,
      signal,
      ...shownLoading(options.judge, status),
    });
  } finally {
    status.clear();
  }
}
