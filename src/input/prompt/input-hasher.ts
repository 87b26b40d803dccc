import { LagerError } from "../../base/errors.ts";
import { shortHash } from "../../base/short-hash.ts";
import type { DatasetRecord } from "../dataset/record.ts";
import { recordHash } from "../dataset/record-hash.ts";
import { askedOf } from "../task/checklist.ts";
import type { Condition } from "../task/condition.ts";
import type { Criterion, Task } from "../task/task.ts";
import { PromptRenderer } from "./prompt-renderer.ts";

/**
 * Tells items by what the judge is shown of them: the turns that the task's templates make of a record
 * and a criterion. With the header of a run they decide every figure of its line; what does not reach
 * them (ids, human scores, other fields) makes no difference. No judge is needed.
 */
export class InputHasher {
  readonly #renderer: PromptRenderer;
  readonly #task: Task;

  /** @throws LagerError TEMPLATE_FAILED */
  constructor(task: Task, condition: Condition) {
    this.#task = task;
    this.#renderer = new PromptRenderer(task, condition);
  }

  /** Of the turns, of all questions; of the record as JSON where its turns cannot be rendered. 16 hexadecimal digits. */
  hash(criterion: Criterion, record: DatasetRecord): string {
    try {
      const turns = askedOf(criterion, this.#task).flatMap((asked) => {
        const { system = null, user } = this.#renderer.render(asked, record);
        return [system, user];
      });
      return shortHash(JSON.stringify(turns));
    } catch (error) {
      if (!(error instanceof LagerError)) throw error;
      return recordHash(record.raw);
    }
  }
}
