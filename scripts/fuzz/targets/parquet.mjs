// Data as PARQUET: read with a task.
import { parseTask, readRecords } from "../../../dist/index.js";
import { drained } from "../file-target.mjs";
import { TASK } from "../seeds.mjs";
import { byteTarget } from "../text-target.mjs";

const task = parseTask(TASK);

export const target = byteTarget(
  "data.parquet",
  (files) => files.parquet ?? "",
  (file) => drained(readRecords(file, task)),
);
