import { checkArguments, oneOf } from "../../base/arguments.ts";
import { LagerError } from "../../base/errors.ts";
import { CONDITIONS, type Condition } from "../../input/task/condition.ts";
import { TASK } from "../../input/task/parse-task.ts";
import type { Task } from "../../input/task/task.ts";
import { taskSha256 } from "./fingerprints.ts";
import type { Projection } from "./layer-set.ts";
import { WEIGHTS } from "./parse-weights.ts";
import type { Weights } from "./weights-format.ts";

/** What weights are to be used with: the parts of a run's header that they depend on. */
export interface WeightsUse {
  readonly judge: { readonly name: string; readonly sha256: string; readonly layers: number };
  readonly labels: readonly string[];
  readonly values: readonly number[];
  /** Left out where the use takes both from the weights. */
  readonly projection?: Projection | undefined;
  readonly layers?: readonly number[] | undefined;
}

/**
 * Checks that weights are used with what they were learned with. Another task is no mismatch: see
 * {@link isOtherTask}.
 *
 * @param file The weights file, for the message.
 * @throws LagerError `WEIGHTS_MISMATCH` that names the field.
 */
export function requireFittingWeights(weights: Weights, use: WeightsUse, file?: string): void {
  const refuse = (field: string, learned: unknown, used: unknown): never => {
    throw new LagerError(
      "WEIGHTS_MISMATCH",
      `the weights were learned with ${describe(learned)}, and would be used with ` +
        `${describe(used)}: weights mean nothing there; learn them anew with lager tune`,
      { place: { file, field } },
    );
  };
  if (weights.judge.sha256 !== use.judge.sha256) {
    refuse(
      "judge.sha256",
      `${weights.judge.name} (${weights.judge.sha256.slice(0, 12)}…)`,
      `${use.judge.name} (${use.judge.sha256.slice(0, 12)}…)`,
    );
  }
  if (weights.judge.layers !== use.judge.layers) {
    refuse("judge.layers", weights.judge.layers, use.judge.layers);
  }
  if (!same(weights.labels, use.labels)) refuse("labels", weights.labels, use.labels);
  if (!same(weights.values, use.values)) refuse("values", weights.values, use.values);
  if (use.projection !== undefined && weights.projection !== use.projection) {
    refuse("projection", weights.projection, use.projection);
  }
  if (use.layers !== undefined && !same(weights.layerSet.layers, use.layers)) {
    refuse("layerSet.layers", weights.layerSet.layers, use.layers);
  }
}

/**
 * True when the weights were learned on another task: then they may help or hurt, and only labels
 * of this task can tell.
 */
export function isOtherTask(weights: Weights, task: Task): boolean {
  checkArguments("isOtherTask", { weights: [weights, WEIGHTS], task: [task, TASK] });
  return weights.task.sha256 !== taskSha256(task);
}

/**
 * True when the weights were learned from scores that the judge came to in another way: it then
 * stands elsewhere when it gives its score, and they may help or hurt as those of another task.
 */
export function isOtherCondition(weights: Weights, condition: Condition): boolean {
  checkArguments("isOtherCondition", {
    weights: [weights, WEIGHTS],
    condition: [condition, oneOf(CONDITIONS)],
  });
  return weights.condition !== undefined && weights.condition !== condition;
}

function same(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((each, i) => each === right[i]);
}

function describe(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
