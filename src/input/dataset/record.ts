import type { ErrorPlace } from "../../base/errors.ts";

/** A record of a data set, as a task reads it. */
export interface DatasetRecord {
  readonly kind: "record";
  /** Distinct within a run. */
  readonly id: string;
  /** Text fields, empty strings when absent. */
  readonly instruction: string;
  readonly response: string;
  readonly reference: string;
  readonly context: string;
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
