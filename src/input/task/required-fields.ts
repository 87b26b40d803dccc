import type { Task, TextField } from "./task.ts";

/** The text fields that every record of the task must have: `required`, or its default. */
export function requiredFields(task: Task): readonly TextField[] {
  return task.required ?? ["instruction", "response"];
}
