import type { ErrorPlace } from "../../base/errors.ts";
import type { TextField } from "../task/task.ts";

/** The texts of a record by field; empty strings for those that it does not have. */
export type RecordTexts = Readonly<Record<TextField, string>>;

/** A record of a data set, as a task reads it. */
export interface DatasetRecord extends RecordTexts {
  readonly kind: "record";
  /** Distinct within a run. */
  readonly id: string;
  /** Mean human score by criterion name; criteria without one are missing. */
  readonly human: Readonly<Record<string, number>>;
  /** The system that wrote the response, where the record says so. */
  readonly systemId?: string | undefined;
  /** The same for records that belong together: that judge responses to one instruction. */
  readonly group?: string | undefined;
  /** Where it comes from, for messages. */
  readonly place: ErrorPlace;
  /** The record as it was read, for templates that reach for other fields. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/** The texts alone. */
export function recordTexts({
  instruction,
  response,
  reference,
  context,
}: RecordTexts): RecordTexts {
  return { instruction, response, reference, context };
}
