// Data as JSON and JSON Lines: read with a task.
import { parseTask, readRecords } from "../../../dist/index.js";
import { drained } from "../file-target.mjs";
import { TASK } from "../seeds.mjs";
import { jsonTarget } from "../text-target.mjs";

const task = parseTask(TASK);

export const target = jsonTarget(
  "data.jsonl",
  (files) => files.data ?? "",
  async (file) => {
    await drained(readRecords(file, task));
    await drained(readRecords(file, task, { format: "json" }));
  },
);
