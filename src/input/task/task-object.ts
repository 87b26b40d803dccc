import { checkArguments } from "../../base/arguments.ts";
import { TASK } from "./parse-task.ts";
import type { Task } from "./task.ts";

/**
 * The task as plain JSON, with every default written out: what a run file's header keeps.
 * `parseTask` of it gives an equal task.
 */
export function taskToObject(task: Task): Record<string, unknown> {
  checkArguments("taskToObject", { task: [task, TASK] });
  return {
    name: task.name,
    description: task.description,
    scale: { labels: task.scale.map(({ label, value }) => ({ label, value })) },
    criteria: task.criteria.map(({ name, description, anchors, questions }) => ({
      name,
      description,
      anchors: { ...anchors },
      ...(questions !== undefined && { questions: questions.map((each) => ({ ...each })) }),
    })),
    ...(task.answers === undefined ? {} : { answers: [...task.answers] }),
    prompt: task.prompt,
    ...(task.system === undefined ? {} : { system: task.system }),
    answerPrefix: task.answerPrefix,
    fields: { ...task.fields },
    ...(task.required === undefined ? {} : { required: [...task.required] }),
    ...(task.human === undefined ? {} : { human: task.human }),
    ...(task.loader === undefined ? {} : { loader: task.loader }),
    ...(task.data === undefined ? {} : { data: { ...task.data } }),
  };
}
