import path from "node:path";
import { fileSha256 } from "../../base/files.ts";
import { isObject } from "../../base/json.ts";
import { version } from "../../base/version.ts";
import { adaptedSha256, resolveAdapters } from "../../engine/models/adapters.ts";
import { pinnedSha256 } from "../../engine/models/catalog.ts";
import { resolveJudge } from "../../engine/models/resolve.ts";
import { numberSettings } from "../../engine/native/engine-options.ts";
import type { Condition } from "../../input/task/condition.ts";
import { taskToObject } from "../../input/task/task-object.ts";
import type { ConditionSettings } from "../../judge/generate-answer.ts";
import { type Judge, loadJudge } from "../../judge/judge.ts";
import type { Session } from "../../judge/session.ts";
import { scoreFile } from "../score-run/score-file.ts";
import type { Bench, BenchData } from "./bench-options.ts";

/** Lines of a run, new ones and those that were there. */
export interface RunCounts {
  readonly scores: number;
  /** By error code. */
  readonly failures: Readonly<Record<string, number>>;
}

/** Lines of one condition's runs: of the data, and of the data that weights are learned on. */
export interface ScoredCondition {
  readonly condition: Condition;
  readonly run: RunCounts;
  readonly tuneRun: RunCounts | null;
}

/**
 * Scores the data, and what weights are learned on, in each condition. Runs that are finished are
 * left as they are; when all are, no judge is loaded.
 */
export async function scoreConditions(
  bench: Bench,
  conditions: readonly ConditionSettings[],
): Promise<ScoredCondition[]> {
  const { options, folder } = bench;
  const judgeHash = await judgeSha256(bench);
  let judge: Judge | null = null;
  const openSession = async (condition: ConditionSettings) => {
    judge ??= await loadJudge(options.judge, options);
    const { projection, layers } = options;
    return judge.openSession(bench.task, { projection, layers, ...condition });
  };
  const score = (condition: ConditionSettings, data: BenchData, file: string) =>
    scoreOnce(bench, {
      ...{ condition, input: data.file, file, openSession },
      inputs: { judgeHash, sha256: data.sha256 },
      requireUnchanged: data.requireUnchanged,
    });
  const scored: ScoredCondition[] = [];
  try {
    for (const settings of conditions) {
      const { run, tuneRun } = folder.files(settings.condition);
      scored.push({
        condition: settings.condition,
        run: await score(settings, bench.data, run),
        tuneRun: bench.tuneOn === null ? null : await score(settings, bench.tuneOn, tuneRun),
      });
    }
  } finally {
    await (judge as Judge | null)?.dispose();
  }
  return scored;
}

interface OneRun {
  readonly condition: ConditionSettings;
  /** Path of the data. */
  readonly input: string;
  /** Of the run, inside the folder. */
  readonly file: string;
  /** What the run depends on beside task and options. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Checks that the data is still that of the hash. */
  readonly requireUnchanged: () => Promise<void>;
  /** Loads the judge when it is asked for. */
  readonly openSession: (condition: ConditionSettings) => Promise<Session>;
}

async function scoreOnce(bench: Bench, one: OneRun): Promise<RunCounts> {
  const { task, options, folder } = bench;
  const { projection, layers, limit, signal, onProgress, maxFailures, retryFailures } = options;
  const { condition, file } = one;
  // The adapters are in the judge's hash; of a chat template, what counts is what it says.
  const { lora: _, chatTemplate, ...settings } = numberSettings(options);
  const inputs = {
    ...one.inputs,
    ...{ version, condition, projection, layers, limit },
    task: taskToObject(task),
    judge: settings,
    ...(chatTemplate !== undefined && { chatTemplateSha256: await fileSha256(chatTemplate) }),
  };
  const step = `score ${file}`;
  const found = await folder.steps.find(step, inputs);
  if (found !== null && isCounts(found.facts)) {
    const failed = Object.keys(found.facts.failures).length > 0;
    if (!(failed && retryFailures === true)) return found.facts;
  }
  const run = path.basename(file, ".jsonl");
  const session = await one.openSession(condition);
  const { summary, resumed } = await scoreFile(session, one.input, folder.at(file), {
    ...{ limit, signal, maxFailures, retryFailures },
    onProgress: (progress) => onProgress?.({ step: "score", run, progress }),
  });
  onProgress?.({ step: "scored", run, resumed });
  await one.requireUnchanged();
  const counts = { scores: summary.scores, failures: Object.fromEntries(summary.failures) };
  await folder.steps.remember(step, inputs, [file], counts);
  return counts;
}

/** What stands for the judge and the adapters on it. A named judge need not be here for that. */
async function judgeSha256({ options }: Bench): Promise<string> {
  const watched = { signal: options.signal, onProgress: options.onModelProgress };
  const known = pinnedSha256(options.judge);
  const sha256 = known ?? (await resolveJudge(options.judge, watched)).sha256;
  return adaptedSha256(sha256, await resolveAdapters(options.lora ?? [], watched));
}

function isCounts(facts: unknown): facts is RunCounts {
  return (
    isObject(facts) &&
    Number.isSafeInteger(facts.scores) &&
    isObject(facts.failures) &&
    Object.values(facts.failures).every(Number.isSafeInteger)
  );
}
