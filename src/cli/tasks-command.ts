import { checkData } from "../input/dataset/check-data.ts";
import { readRecords } from "../input/dataset/dataset.ts";
import { PromptRenderer } from "../input/prompt/prompt-renderer.ts";
import type { Condition } from "../input/task/condition.ts";
import { builtinTaskNames, loadTask, readTaskText } from "../input/task/load-task.ts";
import type { Task } from "../input/task/task.ts";
import { dataCheckText, type ShownPrompt, taskTable } from "../present/terminal/task-text.ts";
import { EXIT } from "./exit-code.ts";
import { writeStdout } from "./stdout.ts";

const SHOWN_PROMPTS = 3;

/** `lager tasks list` */
export async function tasksListCommand(): Promise<number> {
  const tasks = await Promise.all(builtinTaskNames().map(loadTask));
  await writeStdout(taskTable(tasks, { columns: process.stdout.columns ?? 140 }));
  return EXIT.ok;
}

/** `lager tasks show`: the task as it is written. */
export async function tasksShowCommand(name: string): Promise<number> {
  await loadTask(name);
  await writeStdout(await readTaskText(name));
  return EXIT.ok;
}

/** Options of `lager tasks check`. */
export interface TasksCheckOptions {
  readonly condition: Condition;
  readonly json?: boolean;
}

/** `lager tasks check`: reads a file as a task does, without a judge; 1 when records failed. */
export async function tasksCheckCommand(
  name: string,
  file: string,
  options: TasksCheckOptions,
  signal: AbortSignal,
): Promise<number> {
  const task = await loadTask(name);
  const check = await checkData(readRecords(file, task, { signal }), task, {
    examples: SHOWN_PROMPTS,
  });
  const renderer = new PromptRenderer(task, options.condition);
  const prompts = check.examples.flatMap((record, index): ShownPrompt[] => {
    // Another criterion for each, so that more of the task is seen.
    const criterion = task.criteria[index % task.criteria.length];
    if (criterion === undefined) return [];
    return [{ id: record.id, criterion: criterion.name, ...renderer.render(criterion, record) }];
  });
  await writeStdout(
    options.json === true
      ? `${JSON.stringify(asJson(task, check, prompts))}\n`
      : dataCheckText(task, check, prompts, { columns: process.stdout.columns ?? 100 }),
  );
  return check.failures.length > 0 || check.records === 0 ? EXIT.someFailed : EXIT.ok;
}

function asJson(
  task: Task,
  { examples: _, ...check }: Awaited<ReturnType<typeof checkData>>,
  prompts: readonly ShownPrompt[],
): unknown {
  return { task: task.name, ...check, prompts };
}
