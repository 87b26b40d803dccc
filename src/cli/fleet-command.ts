import { setTimeout as sleep } from "node:timers/promises";
import { LagerError } from "../base/errors.ts";
import { INCLUDABLE } from "../judge/score-options.ts";
import { command, commandGroup, flag, parsed, required, severalOf, text } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { JUDGE, JUDGE_OPTIONS, judgeOption } from "./judge-options.ts";
import { duration, wholeNumber } from "./option-values.ts";
import { SESSION_OPTIONS } from "./session-options.ts";
import { StatusLine } from "./status-line.ts";
import { writeResult, writeStdout } from "./terminal.ts";

const STORE = required(text("--store <folder>", "folder that all machines see, or its file: URL"));
/** How often a run that is watched is looked at. */
const WATCH_MS = 2000;

const QUEUE = text("--queue <url>", "Redis server (default: $LAGER_QUEUE_URL, if it is set)");
const MACHINE_OPTIONS = [
  judgeOption("threads"),
  judgeOption("memoryLimit"),
  judgeOption("isolation"),
  judgeOption("hangLimit"),
  judgeOption("verbose"),
] as const;

/** The queue's URL: the environment does not show it to all who list processes. */
function queueUrl(given: string | undefined): string | undefined {
  const fromEnvironment = process.env.LAGER_QUEUE_URL;
  return given ?? (fromEnvironment === "" ? undefined : fromEnvironment);
}

function requiredQueue(given: string | undefined): string {
  const url = queueUrl(given);
  if (url !== undefined) return url;
  throw new LagerError(
    "INVALID_ARGUMENT",
    "a worker takes tickets from a queue: name it with --queue, or in LAGER_QUEUE_URL",
  );
}

const submit = command({
  name: "submit",
  description: "Cut a data set into shards for several machines; prints the run's id.",
  arguments: [["<input>", "a .jsonl, .json, .csv or .parquet file, or - for standard input"]],
  options: [
    STORE,
    QUEUE,
    JUDGE,
    text("-t, --task <task>", "name of a built-in task, or a task file (default: general)"),
    ...SESSION_OPTIONS,
    parsed("--limit <records>", "score only the first records", wholeNumber(1)),
    text("--answer-prefix <text>", "what the judge's answer is opened with"),
    severalOf("--include <what>", "added to every score, separated by commas", INCLUDABLE),
    parsed("--workers <n>", "machines that are expected: 40 shards each", wholeNumber(1), 10),
    parsed("--shard-records <n>", "records of a shard, instead", wholeNumber(1)),
    flag("--mixed", "let machines of several kinds score it: lines then say which did"),
    flag("-q, --quiet", "no notes"),
    ...JUDGE_OPTIONS,
  ],
  async run([input], { queue, quiet = false, ...options }, signal) {
    const { planRun } = await import("../workflows/fleet/plan-run.ts");
    const { plannedNote } = await import("../present/terminal/fleet-text.ts");
    const status = new StatusLine({ quiet });
    const planned = await planRun(input, { ...options, signal });
    status.note(plannedNote(planned));
    const url = queueUrl(queue);
    if (url !== undefined) {
      const { feedRun } = await import("../workflows/fleet/steer-run.ts");
      await feedRun({ store: options.store, run: planned.run, queue: url });
    }
    await writeStdout(`${planned.run}\n`);
    return EXIT.ok;
  },
});

const RUN = ["<id>", "id that lager fleet submit printed"] as const;

const collect = command({
  name: "collect",
  description: "Put the shards of a run together into one run file.",
  arguments: [RUN],
  options: [
    STORE,
    required(text("-o, --output <file>", "the run file (JSON Lines)")),
    flag("--force", "replace the run file if it exists"),
    flag("--allow-missing", "leave out what is not scored yet"),
    flag("--json", "one JSON object"),
  ],
  async run([run], { store, json, ...options }, signal) {
    const { collectRun } = await import("../workflows/fleet/collect-run.ts");
    const { RunFolder } = await import("../workflows/fleet/run-folder.ts");
    const { collectedText } = await import("../present/terminal/fleet-text.ts");
    const folder = await RunFolder.find(store, run);
    const collected = await collectRun(folder, { ...options, signal });
    await writeResult(collected, json, collectedText);
    return collected.failures > 0 || collected.missing.length > 0 ? EXIT.someFailed : EXIT.ok;
  },
});

const status = command({
  name: "status",
  description: "Say how much of a run is scored.",
  arguments: [RUN],
  options: [
    STORE,
    QUEUE,
    flag("--watch", "say it again whenever it changes, until the run is done or stopped"),
    flag("--json", "one JSON object"),
  ],
  async run([run], { store, queue, watch = false, json }, signal) {
    const { fleetStatus } = await import("../workflows/fleet/steer-run.ts");
    const { fleetStatusText } = await import("../present/terminal/fleet-text.ts");
    let shown = "";
    for (;;) {
      const found = await fleetStatus({ store, run, queue: queueUrl(queue) });
      const text = fleetStatusText(found);
      if (text !== shown) await writeResult(found, json, fleetStatusText);
      shown = text;
      const isOver = found.shardsDone === found.shards || found.stopped !== null;
      if (!watch || isOver) return EXIT.ok;
      await sleep(WATCH_MS, undefined, { signal });
    }
  },
});

const work = command({
  name: "work",
  description: "Score shards of a store's runs, until there are no more.",
  arguments: [["[id]", "work on this run alone, until it is done"]],
  options: [
    STORE,
    QUEUE,
    parsed("--idle-exit <time>", "end after so long with nothing to do: 60s, 5m", duration),
    text("-j, --judge <judge>", "where the judge lies on this machine (default: as submitted)"),
    ...MACHINE_OPTIONS,
    flag("-q, --quiet", "no progress and no notes"),
  ],
  async run([run], options, signal) {
    const { store, queue, idleExit, quiet = false, ...scorer } = options;
    const { fleetWorker } = await import("../workflows/fleet/fleet-worker.ts");
    const { shardsScoredText } = await import("../present/terminal/fleet-text.ts");
    const { showRunProgress } = await import("./run-progress.ts");
    const { shownLoading } = await import("./open-judge.ts");
    const status = new StatusLine({ quiet });
    try {
      const done = await fleetWorker({
        ...scorer,
        ...{ store, run, queue: requiredQueue(queue), idleExitMs: idleExit, signal },
        ...shownLoading(options.judge ?? "the judge", status),
        onRun: (id) => status.note(`working on the run ${id}`),
        onProgress: showRunProgress(status),
      });
      status.clear();
      await writeStdout(shardsScoredText(done));
      return EXIT.ok;
    } finally {
      status.clear();
    }
  },
});

const cancel = command({
  name: "cancel",
  description: "Stop a run on all machines; what is scored stays.",
  arguments: [RUN],
  options: [STORE, QUEUE],
  async run([run], { store, queue }) {
    const { cancelRun } = await import("../workflows/fleet/steer-run.ts");
    await cancelRun({ store, run, queue: queueUrl(queue) });
    return EXIT.ok;
  },
});

const retry = command({
  name: "retry",
  description: "Let a stopped run go on, and try again the records that were given up.",
  arguments: [RUN],
  options: [STORE, QUEUE],
  async run([run], { store, queue }) {
    const { retryRun } = await import("../workflows/fleet/steer-run.ts");
    const { ticketsText } = await import("../present/terminal/fleet-text.ts");
    await writeStdout(ticketsText(await retryRun({ store, run, queue: queueUrl(queue) })));
    return EXIT.ok;
  },
});

export const fleetCommand = commandGroup("fleet", "Score one data set on several machines.", [
  submit,
  work,
  status,
  cancel,
  retry,
  collect,
]);
