import type { ErrorPlace } from "../../base/errors.ts";
import { LagerError } from "../../base/errors.ts";
import { isObject } from "../../base/json.ts";
import { nearestName } from "../../base/nearest-name.ts";

/** Keys and indices that lead from the top of a task to a value in it. */
export type TaskPath = readonly (string | number)[];

/**
 * Reads values of a task that may be anything, and says exactly where one is wrong.
 *
 * `lineOf` gives the line of a value in the task file, where there is a file that has lines.
 */
export class TaskReader {
  readonly #place: ErrorPlace;
  readonly #lineOf: ((path: TaskPath) => number | undefined) | undefined;

  constructor(place: ErrorPlace, lineOf?: (path: TaskPath) => number | undefined) {
    this.#place = place;
    this.#lineOf = lineOf;
  }

  /** The error INVALID_TASK at `path`; to be thrown. */
  invalid(path: TaskPath, message: string): LagerError {
    const line = this.#lineOf?.(path);
    const field = describePath(path);
    return new LagerError("INVALID_TASK", message, {
      place: {
        ...this.#place,
        ...(line === undefined ? {} : { line }),
        ...(field === "" ? {} : { field }),
      },
    });
  }

  /** An object that has no other keys than `allowed` (any key, if `allowed` is left out). */
  object(value: unknown, path: TaskPath, allowed?: readonly string[]): Record<string, unknown> {
    if (!isObject(value)) {
      const what = path.length === 0 ? "a task is an object" : "this must be an object";
      throw this.invalid(path, `${what} (keys and values), but it is ${describeValue(value)}`);
    }
    if (allowed !== undefined) {
      for (const key of Object.keys(value)) {
        if (!allowed.includes(key)) throw this.#unknownKey(key, path, allowed);
      }
    }
    return value;
  }

  /** A list with at least `least` elements. */
  list(value: unknown, path: TaskPath, least: number): readonly unknown[] {
    if (!Array.isArray(value)) {
      throw this.invalid(path, `this must be a list, but it is ${describeValue(value)}`);
    }
    if (value.length < least) {
      throw this.invalid(path, `this list needs at least ${least}, and has ${value.length}`);
    }
    return value;
  }

  /** A text, as it is. */
  text(value: unknown, path: TaskPath): string {
    if (typeof value !== "string") {
      throw this.invalid(
        path,
        value === undefined
          ? "this is missing; it must be a text"
          : `this must be a text, but it is ${describeValue(value)}`,
      );
    }
    return value;
  }

  /** A text with something in it, without the white space around it. */
  filledText(value: unknown, path: TaskPath): string {
    const text = this.text(value, path).trim();
    if (text === "") throw this.invalid(path, "this text is empty");
    return text;
  }

  /** A finite number. */
  number(value: unknown, path: TaskPath): number {
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw this.invalid(
        path,
        value === undefined
          ? "this is missing; it must be a number"
          : `this must be a number, but it is ${describeValue(value)}`,
      );
    }
    return value;
  }

  #unknownKey(key: string, path: TaskPath, allowed: readonly string[]): LagerError {
    const near = nearestName(key, allowed);
    const hint = near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
    const list = allowed.map((name) => JSON.stringify(name)).join(", ");
    return this.invalid(
      [...path, key],
      `unknown key ${JSON.stringify(key)}.${hint} Allowed here: ${list}`,
    );
  }
}

/** `criteria[0].anchors.5` */
function describePath(path: TaskPath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

function describeValue(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "empty (null)";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return `the text ${JSON.stringify(value)}`;
  return `${typeof value} ${String(value)}`;
}
