import { type ErrorCode, type ErrorPlace, LagerError } from "./errors.ts";
import { isFiniteNumber, isObject, isString, type JsonObject } from "./json.ts";

/** What a file's errors are called, and what stands for its outermost object in them. */
export interface JsonFormat {
  /** Code of every complaint. */
  readonly code: ErrorCode;
  /** "the line", "the file". */
  readonly whole: string;
}

/** Reads the fields of one JSON object; every complaint names the dotted path of the field. */
export class JsonFields {
  readonly all: JsonObject;
  readonly #format: JsonFormat;
  readonly #place: ErrorPlace;
  readonly #path: string;

  /** @throws LagerError with the format's code when the value is not an object. */
  constructor(value: unknown, place: ErrorPlace, format: JsonFormat, path = "") {
    this.#format = format;
    this.#place = place;
    this.#path = path;
    if (!isObject(value)) {
      throw path === ""
        ? new LagerError(format.code, `${format.whole} is not a JSON object`, { place })
        : new LagerError(format.code, "an object is expected", {
            place: { ...place, field: path },
          });
    }
    this.all = value;
  }

  has(name: string): boolean {
    return this.all[name] !== undefined;
  }

  value(name: string): unknown {
    return this.all[name];
  }

  object(name: string): JsonFields {
    return new JsonFields(this.value(name), this.#place, this.#format, this.#join(name));
  }

  /** The elements of a list of objects; complaints about the second's field x name `name.1.x`. */
  objects(name: string): JsonFields[] {
    return this.array(name, isObject, "a list of objects").map(
      (element, i) =>
        new JsonFields(element, this.#place, this.#format, `${this.#join(name)}.${i}`),
    );
  }

  string(name: string): string {
    const value = this.value(name);
    if (!isString(value)) throw this.invalid(name, "a text is expected");
    return value;
  }

  number(name: string): number {
    const value = this.value(name);
    if (!isFiniteNumber(value)) throw this.invalid(name, "a number is expected");
    return value;
  }

  float32(name: string): number {
    return Math.fround(this.number(name));
  }

  count(name: string, least: number): number {
    const value = this.number(name);
    if (!Number.isSafeInteger(value) || value < least) {
      throw this.invalid(name, `a whole number of at least ${least} is expected`);
    }
    return value;
  }

  array<T>(name: string, check: (element: unknown) => element is T, expected: string): T[] {
    const value = this.value(name);
    if (!Array.isArray(value) || !value.every((element: unknown) => check(element))) {
      throw this.invalid(name, `${expected} is expected`);
    }
    return value;
  }

  /** A list of numbers, of a given length where one is given. */
  numbers(name: string, length?: number): number[] {
    const numbers = this.array(name, isFiniteNumber, "a list of numbers");
    if (length !== undefined && numbers.length !== length) {
      throw this.invalid(name, `${length} numbers are expected`);
    }
    return numbers;
  }

  /** One of a closed set of texts. */
  oneOf<T extends string>(name: string, allowed: readonly T[]): T {
    const value = this.value(name);
    const found = allowed.find((each) => each === value);
    if (found === undefined) {
      throw this.invalid(name, `${JSON.stringify(value)} is not one of ${allowed.join(", ")}`);
    }
    return found;
  }

  /** The error of a field; to be thrown. */
  invalid(name: string, message: string): LagerError {
    return new LagerError(this.#format.code, message, {
      place: { ...this.#place, field: this.#join(name) },
    });
  }

  #join(name: string): string {
    return this.#path === "" ? name : `${this.#path}.${name}`;
  }
}
