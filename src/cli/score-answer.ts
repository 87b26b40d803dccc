import { text as readText } from "node:stream/consumers";
import { LagerError } from "../base/errors.ts";
import { flagOf } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { shownLoading } from "./open-judge.ts";
import type { ScoreCommandOptions } from "./score-command.ts";
import { StatusLine } from "./status-line.ts";
import { writeResult } from "./terminal.ts";

/** Options that have no meaning for one answer of which nothing is kept. */
const OF_RUNS = [
  "output",
  "force",
  "resume",
  "capture",
  "limit",
  "include",
  "maxFailures",
] as const;

/** Scores the one answer that stands on the command line. */
export async function runScoreAnswer(
  input: string | undefined,
  { response, instruction, context, reference, json, ...options }: ScoreCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  if (response === undefined) throw wrong("one answer is scored: give it with --response");
  if (input !== undefined) throw wrong("give either a data file or one answer with --response");
  const given = OF_RUNS.find((name) => options[name] !== undefined);
  if (given !== undefined) {
    throw wrong(`of one answer nothing is written: ${flagOf(given)} is for data files`);
  }
  const { scoreAnswer } = await import("../workflows/score-answer/score-answer.ts");
  const { scoredAnswerText } = await import("../present/terminal/scored-answer-text.ts");
  const texts = {
    response: response === "-" ? await readText(process.stdin) : response,
    ...(instruction !== undefined && { instruction }),
    ...(context !== undefined && { context }),
    ...(reference !== undefined && { reference }),
  };
  const { include: _, ...scoring } = options;
  const status = new StatusLine({ quiet: options.quiet === true });
  const scored = await scoreAnswer(texts, {
    ...scoring,
    signal,
    ...shownLoading(options.judge, status),
  }).finally(() => status.clear());
  await writeResult(scored, json, scoredAnswerText);
  return scored.failures.length > 0 ? EXIT.someFailed : EXIT.ok;
}

function wrong(message: string): LagerError {
  return new LagerError("INVALID_ARGUMENT", message);
}
