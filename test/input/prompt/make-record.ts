import { parseRecord } from "../../../src/input/dataset/parse-record.ts";
import type { DatasetRecord } from "../../../src/input/dataset/record.ts";
import { parseTask } from "../../../src/input/task/parse-task.ts";
import type { Criterion, Task } from "../../../src/input/task/task.ts";

/** A task with one criterion and the given template. */
export function makeTask(prompt: string, more: Record<string, unknown> = {}): Task {
  return parseTask({
    name: "t",
    description: "Grade it.",
    scale: { min: 1, max: 3 },
    criteria: [{ name: "clarity", description: "Is it clear?", anchors: { 1: "no", 3: "yes" } }],
    prompt,
    required: ["response"],
    ...more,
  });
}

export function firstCriterion(task: Task): Criterion {
  const [criterion] = task.criteria;
  if (criterion === undefined) throw new Error("no criterion");
  return criterion;
}

export function makeRecord(raw: Record<string, unknown>): DatasetRecord {
  return parseRecord({ response: "r", ...raw }, makeTask("-"), 1);
}
