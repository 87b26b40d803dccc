import { INCLUDABLE } from "../judge/score-options.ts";
import { command, commandGroup, flag, parsed, required, severalOf, text } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { JUDGE, JUDGE_OPTIONS } from "./judge-options.ts";
import { wholeNumber } from "./option-values.ts";
import { SESSION_OPTIONS } from "./session-options.ts";
import { StatusLine } from "./status-line.ts";
import { writeResult, writeStdout } from "./terminal.ts";

const STORE = required(text("--store <folder>", "folder that all machines see, or its file: URL"));

const submit = command({
  name: "submit",
  description: "Cut a data set into shards for several machines; prints the run's id.",
  arguments: [["<input>", "a .jsonl, .json, .csv or .parquet file, or - for standard input"]],
  options: [
    STORE,
    JUDGE,
    text("-t, --task <task>", "name of a built-in task, or a task file (default: general)"),
    ...SESSION_OPTIONS,
    parsed("--limit <records>", "score only the first records", wholeNumber(1)),
    text("--answer-prefix <text>", "what the judge's answer is opened with"),
    severalOf("--include <what>", "added to every score, separated by commas", INCLUDABLE),
    parsed("--workers <n>", "machines that are expected: 40 shards each", wholeNumber(1), 10),
    parsed("--shard-records <n>", "records of a shard, instead", wholeNumber(1)),
    flag("-q, --quiet", "no notes"),
    ...JUDGE_OPTIONS,
  ],
  async run([input], { quiet = false, ...options }, signal) {
    const { planRun } = await import("../workflows/fleet/plan-run.ts");
    const { plannedNote } = await import("../present/terminal/fleet-text.ts");
    const status = new StatusLine({ quiet });
    const planned = await planRun(input, { ...options, signal });
    status.note(plannedNote(planned));
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
  options: [STORE, flag("--json", "one JSON object")],
  async run([run], { store, json }) {
    const { runStatus } = await import("../workflows/fleet/run-status.ts");
    const { RunFolder } = await import("../workflows/fleet/run-folder.ts");
    const { runStatusText } = await import("../present/terminal/fleet-text.ts");
    await writeResult(await runStatus(await RunFolder.find(store, run)), json, runStatusText);
    return EXIT.ok;
  },
});

export const fleetCommand = commandGroup("fleet", "Score one data set on several machines.", [
  submit,
  status,
  collect,
]);
