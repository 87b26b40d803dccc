// Data as CSV: read with a task.
import { parseTask, readRecords } from "../../../dist/index.js";
import { drained } from "../file-target.mjs";
import { TASK } from "../seeds.mjs";
import { byteTarget } from "../text-target.mjs";

const task = parseTask(TASK);

export const target = byteTarget(
  "data.csv",
  (files) => files.csv ?? "",
  (file) => drained(readRecords(file, task)),
);
