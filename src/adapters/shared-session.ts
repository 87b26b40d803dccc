import { loadTask } from "../input/task/load-task.ts";
import { parseTask } from "../input/task/parse-task.ts";
import type { Task } from "../input/task/task.ts";
import { type Judge, loadJudge } from "../judge/judge.ts";
import type { TaskChoice } from "../judge/score-options.ts";
import type { Session } from "../judge/session.ts";
import type { AdapterParts } from "./adapter-options.ts";
import { choose } from "./choose-criteria.ts";

/**
 * Judges and sessions of this process, by what they were asked with: test tools make an adapter anew for
 * every test, and never say when they are done.
 */
const judges = new Map<string, Promise<Judge>>();
const sessions = new Map<string, Promise<Session>>();
let endIsWatched = false;

/** A rubric makes a session of its own, and a suite may have thousands. */
const MOST_SESSIONS = 256;

/**
 * The session of an adapter, whose judge is loaded once a process and disposed at its end.
 *
 * @throws LagerError as `loadJudge`, `loadTask` and `Judge.openSession`; the next call tries again.
 */
export function sharedSession(parts: AdapterParts): Promise<Session> {
  const { judge, settings, task, criteria, session } = parts;
  const key = JSON.stringify([judge, settings, task, criteria, session]);
  const [oldest] = sessions.keys();
  if (oldest !== undefined && sessions.size >= MOST_SESSIONS) sessions.delete(oldest);
  return once(sessions, key, async () => {
    const loaded = await sharedJudge(judge, settings);
    const chosen = choose(await plainTask(task), criteria);
    return loaded.openSession(chosen, session);
  });
}

/** Frees the judges that adapters have loaded in this process; a later call loads them again. */
export async function disposeAdapters(): Promise<void> {
  const loaded = [...judges.values()];
  judges.clear();
  sessions.clear();
  await Promise.allSettled(loaded.map(async (judge) => (await judge).dispose()));
}

function sharedJudge(judge: string, settings: AdapterParts["settings"]): Promise<Judge> {
  return once(judges, JSON.stringify([judge, settings]), () => {
    if (!endIsWatched) process.once("beforeExit", disposeAdapters);
    endIsWatched = true;
    return loadJudge(judge, settings);
  });
}

/** A task that reads the texts it is given by their own names, wherever its records have them. */
async function plainTask(choice: TaskChoice): Promise<Task> {
  const task = typeof choice === "string" ? await loadTask(choice) : parseTask(choice, {});
  const { loader: _, human: __, ...rest } = task;
  return { ...rest, fields: {} };
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
