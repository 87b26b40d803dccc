import type { TextField } from "../input/task/task.ts";
import { type Judge, loadJudge } from "../judge/judge.ts";
import type { Session } from "../judge/session.ts";
import type { Outcome } from "../scoring/score/outcome.ts";
import { textsTask } from "../workflows/score-answer/texts-task.ts";
import { Dispatcher } from "../workflows/serve/dispatcher.ts";
import { LastingJudge } from "../workflows/serve/lasting-judge.ts";
import type { AdapterParts } from "./adapter-options.ts";

/** One answer on the criteria that were asked for. */
export interface Judged {
  /** Name of the task. */
  readonly task: string;
  /** Names of the criteria. */
  readonly criteria: readonly string[];
  /** One for each criterion, in their order; of an answer that is broken as a whole one alone. */
  readonly outcomes: readonly Outcome[];
}

/**
 * Judges of this process, by what they were asked with: test tools make an adapter anew for every test, and
 * never say when they are done.
 */
const judges = new Map<string, LastingJudge<Judge, Session>>();
/** What tests that run at the same time ask for is planned together. */
const dispatcher = new Dispatcher();
let endIsWatched = false;

/** A rubric makes a session of its own, and a suite may have thousands. */
const MOST_SESSIONS = 256;

/**
 * Scores one answer. The judge is loaded once a process, and disposed at its end.
 *
 * @param texts by the names of the text fields.
 * @throws LagerError as `loadJudge`, `loadTask`, `Judge.openSession` and `Dispatcher.score`. What could not be
 *   loaded is looked for again by the next call, and a judge whose engine is lost (`ENGINE_LOST`) is loaded
 *   anew by it.
 */
export async function judged(
  parts: AdapterParts,
  texts: Readonly<Partial<Record<TextField, string>>>,
): Promise<Judged> {
  const judge = sharedJudge(parts);
  const key = JSON.stringify([parts.task, parts.session]);
  const session = await judge.session(key, async (loaded) =>
    loaded.openSession(await textsTask(parts.task), parts.session),
  );
  const outcomes: Outcome[] = [];
  const { name: task, criteria: all } = session.task;
  const { criteria = all.map(({ name }) => name) } = parts;
  const scored = dispatcher.score({ session, items: [texts], criteria });
  for await (const { outcome } of judge.watched(session, scored)) outcomes.push(outcome);
  return { task, criteria, outcomes };
}

/** Frees the judges that adapters have loaded in this process; a later call loads them again. */
export async function disposeAdapters(): Promise<void> {
  const loaded = [...judges.values()];
  judges.clear();
  await Promise.allSettled(loaded.map((judge) => judge.dispose()));
}

function sharedJudge({ judge, settings }: AdapterParts): LastingJudge<Judge, Session> {
  const key = JSON.stringify([judge, settings]);
  const known = judges.get(key);
  if (known !== undefined) return known;
  if (!endIsWatched) process.once("beforeExit", disposeAdapters);
  endIsWatched = true;
  const load = () => loadJudge(judge, settings);
  const lasting = new LastingJudge<Judge, Session>({ load, mostSessions: MOST_SESSIONS });
  judges.set(key, lasting);
  return lasting;
}
