import { hash } from "node:crypto";
import type { ErrorPlace } from "../../base/errors.ts";
import { LagerError } from "../../base/errors.ts";
import { isObject } from "../../base/json.ts";
import type { Task, TextField } from "../task/task.ts";
import { humanScores } from "./human-scores.ts";
import { lookUp } from "./look-up.ts";
import type { DatasetRecord } from "./record.ts";

/** Ids are kept for the whole run, so they must be short. */
const LONGEST_ID = 512;

/** Text fields that every record of a task must have which does not say. */
const REQUIRED_BY_DEFAULT: readonly TextField[] = ["instruction", "response"];

/** Deeper nesting is no data; templates could not be rendered with it. */
const DEEPEST = 100;

/**
 * Reads one record as the task says: which fields, under which names, and where the human score is.
 *
 * @param value the record, as it was parsed
 * @param number of the record in its input, counted from 1; the id of a record without one
 * @param place where the record comes from, for messages
 * @throws LagerError MALFORMED_RECORD, INVALID_FIELD or EMPTY_RESPONSE
 */
export function parseRecord(
  value: unknown,
  task: Task,
  number: number,
  place: ErrorPlace = {},
): DatasetRecord {
  return parseAs(ownId(value, task, number, place) ?? String(number), value, task, place);
}

/** {@link parseRecord} of a record whose id is known. */
export function parseAs(
  id: string,
  value: unknown,
  task: Task,
  place: ErrorPlace = {},
): DatasetRecord {
  // Not spread first: V8 gives every object that begins with a spread and has more than that a
  // hidden class of its own, which stays behind until the next collection of the whole heap.
  const here = { record: id, ...place };
  const raw = objectOf(value, here);
  const text = (field: TextField) => textOf(raw, field, task, here);
  const instruction = text("instruction");
  const systemId = nameOf(raw, task.fields.systemId, "system_id", here);
  const group = nameOf(raw, task.fields.group, undefined, here) ?? sameTextGroup(instruction);
  return {
    kind: "record",
    id,
    instruction,
    response: text("response"),
    reference: text("reference"),
    context: text("context"),
    human: humanScores(raw, task, here),
    ...(systemId !== undefined && { systemId }),
    ...(group !== undefined && { group }),
    place: here,
    raw,
  };
}

/**
 * A record's own id; `undefined` where it has none, as what is no object.
 *
 * @param number of the record in its input, for messages
 * @throws LagerError INVALID_FIELD when the id is neither a text nor a number, or too long
 */
export function ownId(
  value: unknown,
  task: Task,
  number: number,
  place: ErrorPlace,
): string | undefined {
  if (!isObject(value)) return undefined;
  const path = task.fields.id ?? "id";
  const id = lookUp(value, path);
  if (id === undefined && task.fields.id === undefined) return undefined;
  return shortName(id, "an id", () => ({ ...place, record: String(number), field: path }));
}

/** `place` is made for an error only: of every record there are several such places. */
function shortName(value: unknown, what: string, place: () => ErrorPlace): string {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text === "string" && text.trim() !== "" && text.length <= LONGEST_ID) return text;
  throw new LagerError(
    "INVALID_FIELD",
    `${what} is a text of 1 to ${LONGEST_ID} characters, or a number, but this is ${nameType(value)}`,
    { place: place() },
  );
}

/** A name that the task asks for by `path` must be there; one by default may be missing or anything. */
function nameOf(
  raw: Readonly<Record<string, unknown>>,
  path: string | undefined,
  byDefault: string | undefined,
  place: ErrorPlace,
): string | undefined {
  if (path !== undefined) {
    return shortName(lookUp(raw, path), "this", () => ({ ...place, field: path }));
  }
  const value = byDefault === undefined ? undefined : lookUp(raw, byDefault);
  const isName = typeof value === "string" || typeof value === "number";
  return isName && String(value).trim() !== "" ? String(value).slice(0, LONGEST_ID) : undefined;
}

/** Records with the same instruction belong together; the texts themselves would be too long. */
function sameTextGroup(instruction: string): string | undefined {
  if (instruction === "") return undefined;
  return hash("sha256", instruction, "hex").slice(0, 16);
}

function objectOf(value: unknown, place: ErrorPlace): Readonly<Record<string, unknown>> {
  if (!isObject(value)) {
    throw new LagerError(
      "MALFORMED_RECORD",
      `a record is an object with named fields, but this is ${nameType(value)}`,
      { place },
    );
  }
  if (!isShallow(value, DEEPEST)) {
    throw new LagerError("MALFORMED_RECORD", `the record is nested more than ${DEEPEST} deep`, {
      place,
    });
  }
  return value;
}

function isShallow(value: object, levels: number): boolean {
  return Object.values(value).every(
    (child: unknown) =>
      typeof child !== "object" || child === null || (levels > 0 && isShallow(child, levels - 1)),
  );
}

function textOf(
  raw: Readonly<Record<string, unknown>>,
  field: TextField,
  task: Task,
  place: ErrorPlace,
): string {
  const path = task.fields[field] ?? field;
  const value = lookUp(raw, path);
  const required = (task.required ?? REQUIRED_BY_DEFAULT).includes(field);
  if (!required && (value === undefined || value === null)) return "";
  const here = () => ({ ...place, field: path });
  if (value === undefined) {
    const hint = path === field ? `; if it has another name, say so in the task's "fields"` : "";
    throw new LagerError("INVALID_FIELD", `the record has no such field${hint}`, { place: here() });
  }
  if (typeof value !== "string") {
    throw new LagerError("INVALID_FIELD", `this must be a text, but it is ${nameType(value)}`, {
      place: here(),
    });
  }
  if (required && value.trim() === "") {
    throw field === "response"
      ? new LagerError("EMPTY_RESPONSE", "the response is empty: nothing to score", {
          place: here(),
        })
      : new LagerError("INVALID_FIELD", "this field is empty, but the task needs it", {
          place: here(),
        });
  }
  return value;
}

function nameType(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return value.trim() === "" ? "an empty text" : "a text";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
