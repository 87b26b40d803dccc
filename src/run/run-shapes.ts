import {
  listOf,
  NUMBER,
  OBJECT,
  objectOf,
  oneOf,
  optional,
  orNull,
  type Shape,
  shape,
  TEXT,
  TEXTS,
  typedArray,
} from "../base/arguments.ts";
import { parseRunHeader } from "./parse-run-header.ts";
import type { RunTable } from "./run-table.ts";

// What a program hands over that it had from this package, which may be anything all the same.

/** A run's header. */
export const RUN_HEADER: Shape = (value, at) => {
  OBJECT(value, at);
  parseRunHeader(value, {});
};

const NUMBERS = shape("numbers", (value) => Array.isArray(value) || ArrayBuffer.isView(value));

const NODES = listOf(
  objectOf({
    outcomes: NUMBERS,
    normed: typedArray(Float32Array),
    raw: typedArray(Float32Array),
  }),
);

const HIDDEN = objectOf({
  layers: listOf(NUMBER),
  width: NUMBER,
  states: typedArray(Float32Array),
});

const FAILURE = objectOf({ id: TEXT, criterion: orNull(TEXT), code: TEXT, message: TEXT });

const SCORE = objectOf({
  id: TEXT,
  criterion: TEXT,
  ...Object.fromEntries(
    ["score", "normalized", "vanilla", "eScore", "entropy", "standardDeviation", "scoreMass"].map(
      (name) => [name, NUMBER],
    ),
  ),
  probabilities: NUMBERS,
  nodes: NODES,
  hidden: optional(HIDDEN),
});

/** A score or a failure, as a session gives it. */
export const OUTCOME: Shape = (value, at) => {
  objectOf({ kind: oneOf(["score", "failure"]) })(value, at);
  const isFailure = (value as { readonly kind: string }).kind === "failure";
  (isFailure ? FAILURE : SCORE)(value, at);
};

/** Columns of a run's table: their kinds, and the list that they point into. */
const COLUMNS = [
  ["recordOf", Int32Array, "records"],
  ["criterionOf", Int32Array, "criteria"],
  ["human", Float64Array, null],
  ["promptTokensOf", Int32Array, null],
  ["responseLength", Float64Array, null],
  ["systemOf", Int32Array, "systems"],
  ["groupOf", Int32Array, null],
  ["fileOf", Int32Array, "files"],
  ["hiddenRowOf", Int32Array, null],
  ["scoreMass", Float32Array, null],
] as const;

const TABLE_MEMBERS = objectOf({
  files: TEXTS,
  header: RUN_HEADER,
  criteria: TEXTS,
  records: TEXTS,
  systems: TEXTS,
  lines: NUMBER,
  groupCount: NUMBER,
  nodes: NODES,
  failures: listOf(objectOf({ record: NUMBER, criterion: orNull(NUMBER), code: TEXT })),
  promptTokens: NUMBER,
  reusedTokens: NUMBER,
  ...Object.fromEntries(COLUMNS.map(([name, kind]) => [name, typedArray(kind)])),
});

const FITTING_TABLE = shape("a table whose columns fit", (value) => isFitting(value as RunTable));

/** What `readRunTable` makes of a run. */
export const RUN_TABLE: Shape = (value, at) => {
  TABLE_MEMBERS(value, at);
  FITTING_TABLE(value, at);
};

function isFitting(table: RunTable): boolean {
  const { lines, header, nodes, groupCount } = table;
  const isWithin = (index: number, count: number) => index >= 0 && index < count;
  return (
    COLUMNS.every(([name, , into]) => {
      const column = table[name];
      if (column.length !== lines) return false;
      if (into === null) return true;
      // A line may be of no known system.
      const count = table[into].length;
      return column.every(
        (index) => isWithin(index, count) || (name === "systemOf" && index === -1),
      );
    }) &&
    table.groupOf.every((group) => isWithin(group, groupCount)) &&
    nodes.length > 0 &&
    nodes.every(({ outcomes, normed, raw }) => {
      const count = lines * (header.judge.layers + 1) * outcomes.length;
      return normed.length === count && raw.length === count;
    }) &&
    table.failures.every(
      ({ record, criterion }) =>
        isWithin(record, table.records.length) &&
        (criterion === null || isWithin(criterion, table.criteria.length)),
    )
  );
}
