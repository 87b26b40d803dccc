import { type ErrorCode, type ErrorPlace, LagerError } from "./errors.ts";
import { isFiniteNumber, isObject, isString, type JsonObject, ownValue } from "./json.ts";
import { didYouMean } from "./nearest-name.ts";

/** Keys and indices that lead from the outermost object to a value in it. */
export type JsonPath = readonly (string | number)[];

/** What is read: how its errors are made, and where it stands. */
export interface JsonSource {
  /** Code of every complaint. */
  readonly code: ErrorCode;
  /** What the outermost object is called in them: "a task", "a run line". */
  readonly whole: string;
  readonly place: ErrorPlace;
  /** Line of a value in its file, where that has lines. */
  readonly lineOf?: ((path: JsonPath) => number | undefined) | undefined;
}

/**
 * Reads the fields of one object of a JSON value that may be anything, and says exactly where it is
 * wrong: every complaint names the dotted path of the field, in which numbers count the elements of
 * a list from 0 (`criteria.0.anchors.5`). That is how a task names the fields of its records, too.
 */
export class JsonFields {
  readonly all: JsonObject;
  readonly #source: JsonSource;
  readonly #path: JsonPath;

  /** @throws LagerError with the source's code when the value is not an object. */
  constructor(value: unknown, source: JsonSource, path: JsonPath = []) {
    this.#source = source;
    this.#path = path;
    if (!isObject(value)) {
      throw path.length === 0
        ? this.invalid([], `${source.whole} is an object, but this is ${describeValue(value)}`)
        : this.invalid([], mustBe("an object", value));
    }
    this.all = value;
  }

  has(name: string): boolean {
    return this.value(name) !== undefined;
  }

  value(name: string): unknown {
    return ownValue(this.all, name);
  }

  /** Itself, when it has no other keys than these. */
  only(allowed: readonly string[]): this {
    for (const key of Object.keys(this.all)) {
      if (allowed.includes(key)) continue;
      const hint = didYouMean(key, allowed);
      const list = allowed.map((name) => JSON.stringify(name)).join(", ");
      throw this.invalid(key, `unknown key ${JSON.stringify(key)}.${hint} Allowed here: ${list}`);
    }
    return this;
  }

  /** What `read` makes of each of the keys. */
  map<T>(read: (fields: JsonFields, name: string) => T): Record<string, T> {
    return Object.fromEntries(Object.keys(this.all).map((name) => [name, read(this, name)]));
  }

  object(name: string): JsonFields {
    return new JsonFields(this.value(name), this.#source, [...this.#path, name]);
  }

  /** The elements of a list of objects. */
  objects(name: string, least = 0): JsonFields[] {
    return this.list(name, least).map((_, i) => this.element(name, i));
  }

  /** An element of a list, which must be an object. */
  element(name: string, index: number): JsonFields {
    return new JsonFields(this.list(name)[index], this.#source, [...this.#path, name, index]);
  }

  string(name: string): string {
    const value = this.value(name);
    if (!isString(value)) throw this.invalid(name, mustBe("a text", value));
    return value;
  }

  /** A text with something in it, without the white space around it. */
  filledString(name: string): string {
    const text = this.string(name).trim();
    if (text === "") throw this.invalid(name, "this text is empty");
    return text;
  }

  number(name: string): number {
    const value = this.value(name);
    if (!isFiniteNumber(value)) throw this.invalid(name, mustBe("a number", value));
    return value;
  }

  float32(name: string): number {
    return Math.fround(this.number(name));
  }

  /** A whole number, of at least `least` where that is given. */
  integer(name: string, least = Number.NEGATIVE_INFINITY): number {
    const value = this.number(name);
    if (!Number.isSafeInteger(value) || value < least) {
      const range = least === Number.NEGATIVE_INFINITY ? "" : ` of at least ${least}`;
      throw this.invalid(name, mustBe(`a whole number${range}`, value));
    }
    return value;
  }

  /** A list of at least `least` elements, which may be anything. */
  list(name: string, least = 0): readonly unknown[] {
    const value = this.value(name);
    if (!Array.isArray(value)) throw this.invalid(name, mustBe("a list", value));
    if (value.length < least) {
      throw this.invalid(name, `this list needs at least ${least}, and has ${value.length}`);
    }
    return value;
  }

  /** @param expected what the list is when every element is as `check` wants it: "a list of texts". */
  array<T>(name: string, check: (element: unknown) => element is T, expected: string): T[] {
    const value = this.value(name);
    if (!Array.isArray(value)) throw this.invalid(name, mustBe(expected, value));
    const elements: unknown[] = value;
    if (elements.every((element) => check(element))) return elements;
    const wrong = elements.findIndex((element) => !check(element));
    throw this.invalid(
      name,
      `this must be ${expected}, but element ${wrong} is ${describeValue(elements[wrong])}`,
    );
  }

  strings(name: string): string[] {
    return this.array(name, isString, "a list of texts");
  }

  /** A list of numbers, of a given length where one is given. */
  numbers(name: string, length?: number): number[] {
    const numbers = this.array(name, isFiniteNumber, "a list of numbers");
    if (length !== undefined && numbers.length !== length) {
      throw this.invalid(name, `this must be ${length} numbers, and has ${numbers.length}`);
    }
    return numbers;
  }

  /** One of a closed set of texts. */
  oneOf<T extends string>(name: string, allowed: readonly T[]): T {
    const value = this.value(name);
    const found = allowed.find((each) => each === value);
    if (found === undefined) {
      throw this.invalid(name, mustBe(`one of ${allowed.join(", ")}`, value));
    }
    return found;
  }

  /** The error of a field, or of what the path leads to from here; to be thrown. */
  invalid(at: string | JsonPath, message: string): LagerError {
    const path = [...this.#path, ...(typeof at === "string" ? [at] : at)];
    const { code, place, lineOf } = this.#source;
    const field = path.length > 0 ? path.join(".") : undefined;
    const line = lineOf?.(path) ?? place.line;
    return new LagerError(code, message, { place: { ...place, line, field } });
  }
}

function mustBe(expected: string, value: unknown): string {
  return value === undefined
    ? `this is missing; it must be ${expected}`
    : `this must be ${expected}, but it is ${describeValue(value)}`;
}

/** A value in words, for a message. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "empty (null)";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "function") return "a function";
  if (typeof value !== "string") return `${typeof value} ${String(value)}`;
  return `the text ${JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value)}`;
}
