import { loadTask } from "../../input/task/load-task.ts";
import type { Task } from "../../input/task/task.ts";

/**
 * A task for records that have their texts under the names of the text fields, wherever they are in its own
 * data. Human scores and published formats are left out.
 *
 * @throws LagerError as `loadTask`.
 */
export async function textsTask(nameOrPath: string): Promise<Omit<Task, "loader" | "human">> {
  const { fields: _, loader: __, human: ___, ...task } = await loadTask(nameOrPath);
  return { ...task, fields: {} };
}
