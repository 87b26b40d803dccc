import { errorMessage, type LagerError } from "./errors.ts";

/** The value of a JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for an object that is neither `null` nor a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isString(value: unknown): value is string {
  return typeof value === "string";
}

export function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/**
 * What an object itself holds under a name that comes from outside; `undefined` when it is not there.
 * A criterion may be called `constructor`, which every object inherits.
 */
export function ownValue<T>(object: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Whether two JSON values are equal, whatever the order of their keys. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, i) => sameJson(item, right[i]));
  }
  if (!isObject(left) || !isObject(right)) return Object.is(left, right);
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every((name) => sameJson(ownValue(left, name), ownValue(right, name)));
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The text of UTF-8 bytes, without a byte order mark.
 *
 * @throws TypeError when they are not UTF-8.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}

/**
 * The value of a JSON text, given as it is or as its UTF-8 bytes.
 *
 * @param failure the error to throw for what is not JSON: `reason` is the parser's own.
 */
export function parseJson(
  text: string | Uint8Array,
  failure: (reason: string, cause: unknown) => LagerError,
): unknown {
  try {
    return JSON.parse(typeof text === "string" ? text : decodeUtf8(text));
  } catch (cause) {
    throw failure(errorMessage(cause), cause);
  }
}
