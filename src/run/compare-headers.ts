import { isObject, sameJson } from "../base/json.ts";
import type { RunHeader } from "./run-format.ts";

/** A header field whose values differ; `undefined` where the run lacks it. */
export interface HeaderDifference {
  /** Dotted path: `options.batchSize`. */
  readonly field: string;
  readonly left: unknown;
  readonly right: unknown;
}

/** The fields in which two headers differ, in the header's order. */
export function compareHeaders(left: RunHeader, right: RunHeader): HeaderDifference[] {
  return [...valueDifferences("", left, right)];
}

/** Fields of objects one by one; lists and single values whole. */
function* valueDifferences(
  field: string,
  left: unknown,
  right: unknown,
): Generator<HeaderDifference> {
  if (isObject(left) && isObject(right)) {
    for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
      yield* valueDifferences(field === "" ? name : `${field}.${name}`, left[name], right[name]);
    }
  } else if (!sameJson(left, right)) {
    yield { field, left, right };
  }
}
