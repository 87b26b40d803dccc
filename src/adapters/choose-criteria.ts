import { LagerError } from "../base/errors.ts";
import { didYouMean } from "../base/nearest-name.ts";
import type { Task } from "../input/task/task.ts";

/**
 * The task with these of its criteria, in this order.
 *
 * @param names null: all of them.
 * @throws LagerError `INVALID_ARGUMENT` for names that it does not have, and for none.
 */
export function choose(task: Task, names: readonly string[] | null): Task {
  if (names === null) return task;
  const all = task.criteria.map(({ name }) => name);
  if (!Array.isArray(names) || names.length === 0) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `criteria is a list of names; ${task.name} has ${all.join(", ")}`,
      { place: { field: "criteria" } },
    );
  }
  const criteria = [...new Set(names)].map((name) => {
    const found = task.criteria.find((criterion) => criterion.name === name);
    if (found !== undefined) return found;
    throw new LagerError(
      "INVALID_ARGUMENT",
      `the task ${task.name} has no criterion ${JSON.stringify(name)}; it has ${all.join(", ")}.` +
        didYouMean(String(name), all),
      { place: { field: "criteria" } },
    );
  });
  return { ...task, criteria };
}
