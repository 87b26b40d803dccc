import { errorMessage } from "../base/errors.ts";
import { command, commandGroup, flag } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { JUDGE_OPTIONS } from "./judge-options.ts";
import { StatusLine } from "./status-line.ts";
import { terminalColumns, writeJson, writeResult, writeStdout } from "./terminal.ts";

const list = command({
  name: "list",
  description: "List the judges that go by a name, and which fit into this machine's memory.",
  options: [flag("--json", "one JSON object a judge")],
  async run(_, { json = false }) {
    const { machineMemory } = await import("../engine/models/judge-memory.ts");
    const { listJudges } = await import("../engine/models/resolve.ts");
    const { judgeTable } = await import("../present/terminal/judge-text.ts");
    const judges = await listJudges();
    if (json) {
      for (const judge of judges) await writeJson(JSON.stringify(judge));
    } else {
      const options = { columns: terminalColumns(150), memory: machineMemory() };
      await writeStdout(judgeTable(judges, options));
    }
    return EXIT.ok;
  },
});

const pull = command({
  name: "pull",
  description: "Fetch a judge into the cache.",
  arguments: [["<judge>"]],
  async run([name], _, signal) {
    const { pullJudge } = await import("../engine/models/fetch.ts");
    const { modelProgress } = await import("./open-judge.ts");
    const status = new StatusLine();
    const file = await pullJudge(name, { signal, onProgress: modelProgress(status) });
    status.clear();
    await writeStdout(`${file}\n`);
    return EXIT.ok;
  },
});

const info = command({
  name: "info",
  description: "Show what a judge is and how it would be used.",
  arguments: [["<judge>"]],
  options: JUDGE_OPTIONS,
  async run([name], options, signal) {
    const { openJudge } = await import("./open-judge.ts");
    const { judgeText } = await import("../present/terminal/judge-text.ts");
    await using judge = await openJudge(name, options, new StatusLine(), signal);
    const labels = await judge.openSession().then((session) => session.labels, errorMessage);
    await writeStdout(judgeText(judge, labels));
    return EXIT.ok;
  },
});

const verify = command({
  name: "verify",
  description: "Check a judge's file, and its head against llama.cpp's own logits.",
  arguments: [["<judge...>"]],
  options: [flag("--json", "one JSON object a judge"), ...JUDGE_OPTIONS],
  async run([judges], { json, ...options }, signal) {
    const { checkJudge } = await import("../workflows/check-judge/check-judge.ts");
    const { judgeCheckText } = await import("../present/terminal/judge-text.ts");
    const { modelProgress } = await import("./open-judge.ts");
    let allSupported = true;
    for (const judge of judges) {
      const status = new StatusLine();
      const result = await checkJudge(judge, {
        ...options,
        signal,
        onModelProgress: modelProgress(status),
        onNotice: (notice) => status.note(`note: ${notice}`),
      }).finally(() => status.clear());
      allSupported &&= result.supported;
      await writeResult(result, json, judgeCheckText);
    }
    return allSupported ? EXIT.ok : EXIT.judge;
  },
});

export const judgesCommand = commandGroup("judges", "Find, fetch and check judges.", [
  list,
  pull,
  info,
  verify,
]);
