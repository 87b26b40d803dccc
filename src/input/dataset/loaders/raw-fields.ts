import { LagerError } from "../../../base/errors.ts";
import { isObject } from "../../../base/json.ts";

/** A record as it was parsed. */
export type RawObject = Readonly<Record<string, unknown>>;

/** A text of a published record. */
export function textIn(record: RawObject, field: string): string {
  const value = record[field];
  if (typeof value === "string") return value;
  throw wrongField(field, "a text", value);
}

/** A text or number that names something, as text. */
export function nameIn(record: RawObject, field: string): string {
  const value = record[field];
  if (typeof value === "number") return String(value);
  if (typeof value === "string" && value.trim() !== "") return value;
  throw wrongField(field, "a text or a number", value);
}

/** A list of a published record; an empty one holds nothing to score. */
export function listIn(record: RawObject, field: string): readonly unknown[] {
  const value = record[field];
  if (Array.isArray(value) && value.length > 0) return value;
  throw wrongField(field, "a list with something in it", value);
}

/** A list of objects. */
export function objectsIn(record: RawObject, field: string): readonly RawObject[] {
  return listIn(record, field).map((each, index) => {
    if (isObject(each)) return each;
    throw wrongField(`${field}.${index}`, "an object", each);
  });
}

/** Of several spellings of a field the first that the record has. */
export function firstOf(record: RawObject, fields: readonly string[]): unknown {
  const field = fields.find((name) => record[name] !== undefined && record[name] !== null);
  return field === undefined ? undefined : record[field];
}

/** The error that a field is not what the published format says. */
export function wrongField(field: string, expected: string, value: unknown): LagerError {
  const shown = value === undefined ? "missing" : (JSON.stringify(value)?.slice(0, 60) ?? "");
  return new LagerError(
    "INVALID_FIELD",
    `the published format has ${expected} here, but this is ${shown}`,
    { place: { field } },
  );
}
