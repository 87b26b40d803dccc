import type { ErrorCode } from "../../base/errors.ts";
import type { Task } from "../task/task.ts";
import type { DatasetEntry } from "./dataset.ts";
import type { DatasetRecord } from "./record.ts";

/** Human scores of one criterion over a data set. */
export interface HumanRange {
  readonly criterion: string;
  /** Records that have one. */
  readonly count: number;
  /** NaN without any. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/** Failures of one kind, and the first of them. */
export interface FailureKind {
  readonly code: ErrorCode;
  readonly count: number;
  readonly first: string;
}

/** What a data set holds, as a task reads it. */
export interface DataCheck {
  /** Records that can be scored. */
  readonly records: number;
  readonly failures: readonly FailureKind[];
  readonly human: readonly HumanRange[];
  /** Distinct systems and groups that the records name. */
  readonly systems: number;
  readonly groups: number;
  /** The first records. */
  readonly examples: readonly DatasetRecord[];
}

/** Reads a whole data set and counts what is in it. */
export async function checkData(
  entries: AsyncIterable<DatasetEntry>,
  task: Task,
  options: { readonly examples: number },
): Promise<DataCheck> {
  const ranges = new Map(task.criteria.map(({ name }) => [name, new RunningRange()]));
  const failures = new Map<ErrorCode, { count: number; first: string }>();
  const systems = new Set<string>();
  const groups = new Set<string>();
  const examples: DatasetRecord[] = [];
  let records = 0;
  for await (const entry of entries) {
    if ("failure" in entry) {
      const { code, message } = entry.failure.error;
      const kind = failures.get(code) ?? { count: 0, first: message };
      failures.set(code, { ...kind, count: kind.count + 1 });
      continue;
    }
    const { record } = entry;
    records++;
    if (examples.length < options.examples) examples.push(record);
    if (record.systemId !== undefined) systems.add(record.systemId);
    if (record.group !== undefined) groups.add(record.group);
    for (const [name, score] of Object.entries(record.human)) ranges.get(name)?.add(score);
  }
  return {
    records,
    failures: Array.from(failures, ([code, kind]) => ({ code, ...kind })),
    human: Array.from(ranges, ([criterion, range]) => ({ criterion, ...range.figures() })),
    systems: systems.size,
    groups: groups.size,
    examples,
  };
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
