import type { Task } from "../input/task/task.ts";
import type { BenchOptions } from "./bench-command.ts";
import type { BenchFolder } from "./bench-folder.ts";
import type { StatusLine } from "./status-line.ts";

/** All that the steps of one benchmark need. */
export interface Bench {
  readonly task: Task;
  readonly data: string;
  /** SHA-256 of the data, and of what weights are learned on. */
  readonly dataSha256: string;
  readonly tuneOnSha256: string | null;
  readonly options: BenchOptions;
  readonly folder: BenchFolder;
  readonly status: StatusLine;
  readonly signal: AbortSignal;
}
