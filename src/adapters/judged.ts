import type { TextField } from "../input/task/task.ts";
import { type Judge, loadJudge } from "../judge/judge.ts";
import type { Session } from "../judge/session.ts";
import type { Outcome } from "../scoring/score/outcome.ts";
import { textsTask } from "../workflows/score-answer/texts-task.ts";
import { Dispatcher } from "../workflows/serve/dispatcher.ts";
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
 * Judges and sessions of this process, by what they were asked with: test tools make an adapter anew for
 * every test, and never say when they are done.
 */
const judges = new Map<string, Promise<Judge>>();
const sessions = new Map<string, Promise<Session>>();
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
 *   loaded is looked for again by the next call.
 */
export async function judged(
  parts: AdapterParts,
  texts: Readonly<Partial<Record<TextField, string>>>,
): Promise<Judged> {
  const session = await sharedSession(parts);
  const outcomes: Outcome[] = [];
  const { name: task, criteria: all } = session.task;
  const { criteria = all.map(({ name }) => name) } = parts;
  const scored = dispatcher.score({ session, items: [texts], criteria });
  for await (const { outcome } of scored) outcomes.push(outcome);
  return { task, criteria, outcomes };
}

/** Frees the judges that adapters have loaded in this process; a later call loads them again. */
export async function disposeAdapters(): Promise<void> {
  const loaded = [...judges.values()];
  judges.clear();
  sessions.clear();
  await Promise.allSettled(loaded.map(async (judge) => (await judge).dispose()));
}

function sharedSession({ judge, settings, task, session }: AdapterParts): Promise<Session> {
  return once(sessions, JSON.stringify([judge, settings, task, session]), async () => {
    const [oldest] = sessions.keys();
    if (oldest !== undefined && sessions.size > MOST_SESSIONS) sessions.delete(oldest);
    const loaded = await sharedJudge(judge, settings);
    return loaded.openSession(await textsTask(task), session);
  });
}

function sharedJudge(judge: string, settings: AdapterParts["settings"]): Promise<Judge> {
  return once(judges, JSON.stringify([judge, settings]), () => {
    if (!endIsWatched) process.once("beforeExit", disposeAdapters);
    endIsWatched = true;
    return loadJudge(judge, settings);
  });
}

/** What was begun under this key, unless that failed. */
function once<T>(begun: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const known = begun.get(key);
  if (known !== undefined) return known;
  const result = work();
  begun.set(key, result);
  result.catch(() => begun.get(key) === result && begun.delete(key));
  return result;
}
