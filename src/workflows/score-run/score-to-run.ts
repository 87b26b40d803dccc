import {
  checkArguments,
  FUNCTION,
  ITERABLE,
  OBJECT,
  objectOf,
  orNull,
  PATH,
} from "../../base/arguments.ts";
import { publicCall } from "../../base/public-call.ts";
import type { Entry } from "../../input/dataset/dataset.ts";
import type { ScoreProgress } from "../../judge/score-options.ts";
import type { Session } from "../../judge/session.ts";
import { headerWithInput } from "../../run/line-texts.ts";
import type { ResumedCounts } from "../../run/resumed-lines.ts";
import { type FinishRunOptions, type OpenRunOptions, RunWriter } from "../../run/run-writer.ts";
import type { Outcome } from "../../scoring/score/outcome.ts";
import { expectedOutcomes } from "./expected-outcomes.ts";
import { FailureLimit } from "./failure-limit.ts";
import { ScoreSummary } from "./result.ts";

/** How far a run is. */
export interface ScoreToRunProgress extends ScoreProgress {
  /** Outcomes that will come, as far as it is known; those that a resumed run held are not among them. */
  readonly total: number | null;
  readonly elapsedMs: number;
  /** Of the prompts, whether decoded or reused. */
  readonly tokensPerSecond: number;
}

/** How records are scored into a run file. */
export interface ScoreToRunOptions extends OpenRunOptions, FinishRunOptions {
  /**
   * Path of the data that the entries are from: the run's header names it, so that texts are found
   * again. Default: none is named.
   */
  readonly input?: string | undefined;
  /** Ends the call with `ABORTED`; what was written stays, and can be gone on with. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Failures that the run may have; one more ends it with `TOO_MANY_FAILURES`, when what was scored by
   * then is written. What a resumed run held does not count. Default: any number.
   */
  readonly maxFailures?: number | undefined;
  /** How many entries there are, where somebody knows: then progress has a total. */
  readonly entryCount?: number | null | Promise<number | null> | undefined;
  /** Called when the run file is open, with the outcomes that it holds already. */
  readonly onOpen?: ((found: number) => void) | undefined;
  /**
   * Called with every outcome in the order of the entries: those that a resumed run holds, and each new
   * one when it is in the file. `hiddenRow` is the row of its hidden states beside the run, null where
   * it has none.
   */
  readonly onOutcome?:
    | ((outcome: Outcome, hiddenRow: number | null) => void | Promise<void>)
    | undefined;
  /** Called after every outcome of the judge. */
  readonly onProgress?: ((progress: ScoreToRunProgress) => void) | undefined;
}

const SESSION = objectOf({ task: OBJECT, header: FUNCTION, scoreAll: FUNCTION });

/** A run that has been scored. */
export interface ScoredRun {
  /** Of all outcomes, those that the run held already among them. */
  readonly summary: ScoreSummary;
  /** What became of the outcomes that it held already; null where it was begun. */
  readonly resumed: ResumedCounts | null;
  /** Path of the hidden states beside it; null where there are none. */
  readonly hiddenFile: string | null;
}

/**
 * Scores records on every criterion of a session's task, and writes each outcome to a run file as it
 * comes: what `lager score` does.
 *
 * @param entries - what `readRecords` or `recordsOf` gives for the session's task.
 * @param file - the run file; null: nothing is written, and the outcomes go to `onOutcome` alone.
 * @throws LagerError `TOO_MANY_FAILURES`, and as `Session.scoreAll` and `RunWriter.open` and `write`.
 * @example
 * const session = await judge.openSession("summeval");
 * await scoreToRun(session, readRecords("data.jsonl", session.task), "run.jsonl");
 */
export async function scoreToRun(
  session: Session,
  entries: AsyncIterable<Entry> | Iterable<Entry>,
  file: string | null,
  options: ScoreToRunOptions = {},
): Promise<ScoredRun> {
  checkArguments("scoreToRun", {
    session: [session, SESSION],
    entries: [entries, ITERABLE],
    file: [file, orNull(PATH)],
  });
  return publicCall("scoreToRun", options, (own) => openAndFill(session, entries, file, own));
}

async function openAndFill(
  session: Session,
  entries: AsyncIterable<Entry> | Iterable<Entry>,
  file: string | null,
  options: ScoreToRunOptions,
): Promise<ScoredRun> {
  const header = headerWithInput(session.header(), options.input, file);
  const run = file === null ? null : await RunWriter.open(file, header, options);
  try {
    return await fillRun(session, entries, run, options);
  } finally {
    // What went wrong is the reason; closing may fail for the same.
    await run?.close().catch(() => {});
  }
}

/** Scores into a run that is open, and ends it. */
async function fillRun(
  session: Session,
  entries: AsyncIterable<Entry> | Iterable<Entry>,
  run: RunWriter | null,
  options: ScoreToRunOptions,
): Promise<ScoredRun> {
  const { onOutcome } = options;
  const limit = new FailureLimit(options.maxFailures);
  const summary = new ScoreSummary(session.task.criteria.map(({ name }) => name));
  options.onOpen?.(run?.found ?? 0);
  const known = { count: 0 };
  const kept = new WeakSet<Outcome>();
  const outcomes = session.scoreAll(entries, {
    signal: limit.signal(options.signal),
    known: (expected) => {
      const read = run?.known(expected) ?? null;
      if (read === null) return null;
      known.count++;
      return async () => {
        const outcome = await read();
        kept.add(outcome);
        return outcome;
      };
    },
    onProgress: progressTeller(options, session.task.criteria.length, summary, known),
  });
  try {
    for await (const outcome of outcomes) {
      const hiddenRow = (await run?.write(outcome)) ?? null;
      summary.add(outcome);
      await onOutcome?.(outcome, hiddenRow);
      if (outcome.kind === "failure" && !kept.has(outcome)) limit.count(outcome);
    }
  } catch (error) {
    throw limit.reasonOf(error);
  }
  limit.requireKept();
  // Here and not on the way out: a file that cannot be ended is no run.
  const resumed = (await run?.finish(options)) ?? null;
  return { summary, resumed, hiddenFile: run?.hiddenFile ?? null };
}

/** Adds to the judge's progress what is known of the run as a whole. */
function progressTeller(
  { onProgress, entryCount = null }: ScoreToRunOptions,
  criteria: number,
  summary: ScoreSummary,
  known: { readonly count: number },
): ((progress: ScoreProgress) => void) | undefined {
  if (onProgress === undefined) return undefined;
  let entries: number | null = null;
  Promise.resolve(entryCount).then(
    (count) => {
      entries = count;
    },
    // Who counts them tells of it.
    () => {},
  );
  const startedAt = performance.now();
  return (progress) => {
    const elapsedMs = performance.now() - startedAt;
    const tokensPerSecond = (progress.promptTokens / elapsedMs) * 1000;
    const total =
      entries === null
        ? null
        : expectedOutcomes(entries, criteria, summary.recordFailures) - known.count;
    onProgress({ ...progress, total, elapsedMs, tokensPerSecond });
  };
}
