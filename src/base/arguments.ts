import { errorMessage, LagerError } from "./errors.ts";
import { describeValue } from "./json-fields.ts";

/**
 * What an argument of the library must be. Throws a {@link WrongArgument} for what it is not.
 *
 * @param at dotted path of the value: `options.signal`.
 */
export type Shape = (value: unknown, at: string) => void;

/** What is wrong with one argument, before it is known whose. */
class WrongArgument extends Error {
  readonly at: string;

  constructor(at: string, expected: string, value: unknown) {
    super(`${expected} is expected here, and this is ${describeValue(value)}`);
    this.at = at;
  }
}

/** A shape that is told by looking at the value alone. */
export function shape(expected: string, holds: (value: unknown) => boolean): Shape {
  return (value, at) => {
    if (!holds(value)) throw new WrongArgument(at, expected, value);
  };
}

export const TEXT = shape("a text", (value) => typeof value === "string");
/** No system has NUL in a path. */
export const PATH = shape(
  "a path",
  (value) => typeof value === "string" && value !== "" && !value.includes("\0"),
);
export const NUMBER = shape("a number", (value) => typeof value === "number");
export const FLAG = shape("true or false", (value) => typeof value === "boolean");
export const FUNCTION = shape("a function", (value) => typeof value === "function");
/** It can be looked at as a spread does, which a proxy or a getter may refuse. */
export const OBJECT = shape(
  "an object",
  (value) => isObject(value) && !Array.isArray(value) && isObject({ ...value }),
);

export const SIGNAL = shape("an AbortSignal", (value) => value instanceof AbortSignal);

/** What `for await` goes through. Texts are refused: nobody means their characters. */
export const ITERABLE = shape(
  "an iterable",
  (value) =>
    isObject(value) &&
    (typeof value[Symbol.asyncIterator] === "function" ||
      typeof value[Symbol.iterator] === "function"),
);

/** An array of numbers of one kind, such as `Float32Array`. */
export function typedArray(kind: { readonly name: string; new (): object }): Shape {
  return shape(`a ${kind.name}`, (value) => value instanceof kind);
}

/** One of a closed set of texts. */
export function oneOf(choices: readonly string[]): Shape {
  return shape(`one of ${choices.join(", ")}`, (value) =>
    choices.some((choice) => choice === value),
  );
}

/** A list, each element of which has a shape. */
export function listOf(element: Shape): Shape {
  return (value, at) => {
    if (!Array.isArray(value)) throw new WrongArgument(at, "a list", value);
    // By index: forEach passes over holes, and a list's own iterator may be anybody's.
    Array.from({ length: value.length }, (_, i) => element(value[i], `${at}.${i}`));
  };
}

/** An object with these members, whatever others it has. */
export function objectOf(members: Readonly<Record<string, Shape>>): Shape {
  return (value, at) => {
    OBJECT(value, at);
    for (const [name, check] of Object.entries(members)) {
      check((value as Readonly<Record<string, unknown>>)[name], `${at}.${name}`);
    }
  };
}

/** A value that may be left out. */
export function optional(other: Shape): Shape {
  return (value, at) => {
    if (value !== undefined) other(value, at);
  };
}

/** A value that may be null as well. */
export function orNull(other: Shape): Shape {
  return (value, at) => {
    if (value !== null) other(value, at);
  };
}

export const TEXTS = listOf(TEXT);
export const PATHS = listOf(PATH);

/**
 * What each option of the library is, by its name, which means the same in every call; `on…` are
 * functions. Those that are not here, or are of several kinds, are checked by whoever reads them.
 */
const OPTION_SHAPES: Readonly<Record<string, Shape>> = {
  ...named(TEXT, "answerPrefix", "by", "combine", "condition", "criterion", "file", "format"),
  ...named(TEXT, "gpu", "isolation", "kvType", "layers", "projection", "range", "rater"),
  ...named(TEXT, "pairBy", "recipe", "scorePosition", "unit"),
  ...named(PATH, "chatTemplate", "data", "output", "plan", "run", "tuneOn"),
  ...named(NUMBER, "batchSize", "contextSize", "count", "epochs", "folds", "gpuLayers", "limit"),
  ...named(
    NUMBER,
    "hangLimit",
    "level",
    "maxFailures",
    "maxTokens",
    "memoryLimit",
    "movers",
    "prompts",
    "resamples",
    "seed",
    "similarity",
    "tau",
    "tie",
    "threads",
  ),
  ...named(
    FLAG,
    "allowWorse",
    "blind",
    "exact",
    "fast",
    "force",
    "isWhole",
    "keepDuplicates",
    "resume",
  ),
  ...named(FLAG, "retryFailures", "verbose"),
  parallel: shape('"auto" or a number', (value) => value === "auto" || typeof value === "number"),
  ...named(FUNCTION, "isDone", "known", "writeReport"),
  ...named(TEXTS, "aspects", "conditions", "include"),
  ...named(PATHS, "ratings"),
  ...named(listOf(objectOf({ path: PATH, scale: optional(NUMBER) })), "lora"),
  ...named(OBJECT, "keep"),
  ...named(SIGNAL, "signal"),
};

function named(shape: Shape, ...names: readonly string[]): Record<string, Shape> {
  return Object.fromEntries(names.map((name) => [name, shape]));
}

/** An object with options, each of which may be left out or undefined. */
export const OPTIONS: Shape = (value, at) => {
  OBJECT(value, at);
  // All of them, as a spread will read them; one that is inherited counts, too.
  for (const name of new Set([
    ...Object.keys({ ...(value as object) }),
    ...Object.keys(OPTION_SHAPES),
  ])) {
    const option = (value as Readonly<Record<string, unknown>>)[name];
    if (option === undefined) continue;
    const check = Object.hasOwn(OPTION_SHAPES, name) ? OPTION_SHAPES[name] : undefined;
    if (check !== undefined) check(option, `${at}.${name}`);
    else if (/^on[A-Z]/.test(name)) FUNCTION(option, `${at}.${name}`);
  }
};

/** An object with options, some of which have no default: their names, and what they are. */
export function optionsWith(needed: Readonly<Record<string, Shape>>): Shape {
  const members = objectOf(needed);
  return (value, at) => {
    OPTIONS(value, at);
    members(value, at);
  };
}

/**
 * Checks the arguments of a public function, which any program may call with anything.
 *
 * @param call name of the function.
 * @param checks of each argument its value and its shape, by its name.
 * @throws LagerError `INVALID_ARGUMENT` that names the argument and, of options, the one.
 */
export function checkArguments(
  call: string,
  checks: Readonly<Record<string, readonly [value: unknown, shape: Shape]>>,
): void {
  for (const [name, [value, check]] of Object.entries(checks)) {
    blaming(call, name, () => check(value, name));
  }
}

/**
 * Does work that depends on one argument alone, and blames the argument for what goes wrong in it: a
 * getter that throws, a proxy that was revoked, a structure that is not what its type says.
 *
 * @throws LagerError as the work throws it, else `INVALID_ARGUMENT` with the error as its cause.
 */
export function blaming<Result>(call: string, name: string, work: () => Result): Result {
  const blamed = (cause: unknown): never => {
    if (cause instanceof LagerError) throw cause;
    if (cause instanceof WrongArgument) {
      const place = { field: cause.at };
      throw new LagerError("INVALID_ARGUMENT", `${call}: ${cause.message}`, { place });
    }
    const what = `${call}: this cannot be used (${errorMessage(cause)})`;
    throw new LagerError("INVALID_ARGUMENT", what, { place: { field: name }, cause });
  };
  try {
    const result = work();
    return result instanceof Promise ? (result.catch(blamed) as Result) : result;
  } catch (error) {
    return blamed(error);
  }
}

/**
 * The elements of an iterable that a program gave.
 *
 * @throws LagerError as the iterable throws it, else `INVALID_ARGUMENT` with its error as the cause.
 */
export async function* elementsOf<Element>(
  call: string,
  name: string,
  iterable: Iterable<Element> | AsyncIterable<Element>,
): AsyncGenerator<Element> {
  checkArguments(call, { [name]: [iterable, ITERABLE] });
  try {
    for await (const element of iterable) yield element;
  } catch (error) {
    blaming(call, name, () => {
      throw error;
    });
  }
}

function isObject(value: unknown): value is Readonly<Record<PropertyKey, unknown>> {
  return typeof value === "object" && value !== null;
}
