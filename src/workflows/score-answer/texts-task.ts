import { loadTask } from "../../input/task/load-task.ts";
import { parseTask } from "../../input/task/parse-task.ts";
import type { Task } from "../../input/task/task.ts";
import type { TaskChoice } from "../../judge/score-options.ts";

/**
 * A task for records that have their texts under the names of the text fields, wherever they are in its own
 * data. Human scores and published formats are left out.
 *
 * @throws LagerError as `loadTask` and `parseTask`.
 */
export async function textsTask(choice: TaskChoice): Promise<Omit<Task, "loader" | "human">> {
  const whole = typeof choice === "string" ? await loadTask(choice) : parseTask(choice, {});
  const { fields: _, loader: __, human: ___, ...task } = whole;
  return { ...task, fields: {} };
}
