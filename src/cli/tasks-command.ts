import { CONDITIONS } from "../input/task/condition.ts";
import { command, commandGroup, flag, oneOf } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { terminalColumns, writeResult, writeStdout } from "./terminal.ts";

const list = command({
  name: "list",
  description: "List the built-in tasks, and where their data is published.",
  async run() {
    const { builtinTaskNames, loadTask } = await import("../input/task/load-task.ts");
    const { taskTable } = await import("../present/terminal/task-text.ts");
    const tasks = await Promise.all(builtinTaskNames().map(loadTask));
    await writeStdout(taskTable(tasks, { columns: terminalColumns(140) }));
    return EXIT.ok;
  },
});

const show = command({
  name: "show",
  description: "Print a task as it is written.",
  arguments: [["<task>", "a built-in task, or a task file"]],
  async run([name]) {
    const { loadTask, readTaskText } = await import("../input/task/load-task.ts");
    await loadTask(name);
    await writeStdout(await readTaskText(name));
    return EXIT.ok;
  },
});

const check = command({
  name: "check",
  description: "Check a data file for a task, and show three prompts. No judge is needed.",
  arguments: [
    ["<task>", "a built-in task, or a task file"],
    ["<file>", "a .jsonl, .json, .csv or .parquet file"],
  ],
  options: [
    oneOf("--condition <how>", "whose prompts are shown", CONDITIONS, "prefill"),
    flag("--json", "one JSON object"),
  ],
  async run([name, file], { condition, json }, signal) {
    const { loadTask } = await import("../input/task/load-task.ts");
    const { checkData } = await import("../workflows/check-data/check-data.ts");
    const { dataCheckText } = await import("../present/terminal/task-text.ts");
    const task = await loadTask(name);
    const result = await checkData(task, file, { condition, signal });
    await writeResult(result, json, (found, options) => dataCheckText(task, found, options));
    return result.failures.length > 0 || result.records === 0 ? EXIT.someFailed : EXIT.ok;
  },
});

export const tasksCommand = commandGroup("tasks", "Find tasks, and check data for them.", [
  list,
  show,
  check,
]);
