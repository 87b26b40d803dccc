import type { ErrorCode } from "../../base/errors.ts";
import { readRecords } from "../../input/dataset/dataset.ts";
import type { DatasetRecord } from "../../input/dataset/record.ts";
import { PromptRenderer } from "../../input/prompt/prompt-renderer.ts";
import { askedOf } from "../../input/task/checklist.ts";
import type { Condition } from "../../input/task/condition.ts";
import type { Task } from "../../input/task/task.ts";
import type { DataCheck, HumanRange, ShownPrompt } from "./result.ts";

/** How data is checked. */
export interface CheckDataOptions {
  /** Whose prompts are shown. Default: prefill. */
  readonly condition?: Condition | undefined;
  /** How many prompts are shown, each of another record. Default: 3. */
  readonly prompts?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a data file as a task does, without a judge: what can be scored, what cannot, which human
 * scores there are, and what the judge would be asked.
 *
 * @param file a .jsonl, .json, .csv or .parquet file.
 * @throws LagerError as `readRecords` does, `TEMPLATE_FAILED`.
 */
export async function checkData(
  task: Task,
  file: string,
  options: CheckDataOptions = {},
): Promise<DataCheck> {
  const { condition = "prefill", prompts = 3, signal } = options;
  const ranges = new Map(task.criteria.map(({ name }) => [name, new RunningRange()]));
  const failures = new Map<ErrorCode, { count: number; first: string }>();
  const systems = new Set<string>();
  const groups = new Set<string>();
  const examples: DatasetRecord[] = [];
  let records = 0;
  for await (const entry of readRecords(file, task, { signal })) {
    if (entry.kind === "failure") {
      const { code, message } = entry;
      const kind = failures.get(code) ?? { count: 0, first: message };
      failures.set(code, { ...kind, count: kind.count + 1 });
      continue;
    }
    records++;
    if (examples.length < prompts) examples.push(entry);
    if (entry.systemId !== undefined) systems.add(entry.systemId);
    if (entry.group !== undefined) groups.add(entry.group);
    for (const [name, score] of Object.entries(entry.human)) ranges.get(name)?.add(score);
  }
  return {
    task: task.name,
    records,
    failures: Array.from(failures, ([code, kind]) => ({ code, ...kind })),
    human: Array.from(ranges, ([criterion, range]) => ({ criterion, ...range.figures() })),
    systems: systems.size,
    groups: groups.size,
    prompts: renderPrompts(task, condition, examples),
  };
}

function renderPrompts(
  task: Task,
  condition: Condition,
  records: readonly DatasetRecord[],
): ShownPrompt[] {
  const renderer = new PromptRenderer(task, condition);
  return records.flatMap((record, index): ShownPrompt[] => {
    // Another criterion for each, so that more of the task is seen.
    const criterion = task.criteria[index % task.criteria.length];
    if (criterion === undefined) return [];
    const [asked] = askedOf(criterion, task);
    if (asked === undefined) return [];
    return [{ id: record.id, criterion: criterion.name, ...renderer.render(asked, record) }];
  });
}

class RunningRange {
  #count = 0;
  #min = Number.NaN;
  #max = Number.NaN;
  #sum = 0;

  add(value: number): void {
    this.#count++;
    this.#sum += value;
    if (!(this.#min <= value)) this.#min = value;
    if (!(this.#max >= value)) this.#max = value;
  }

  figures(): Omit<HumanRange, "criterion"> {
    const mean = this.#count === 0 ? Number.NaN : this.#sum / this.#count;
    return { count: this.#count, min: this.#min, max: this.#max, mean };
  }
}
