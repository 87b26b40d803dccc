import { InvalidArgumentError, Option } from "commander";

/** Parses a whole number from `least` on, for commander. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text.trim()) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} on.`);
    }
    return value;
  };
}

/** Parses a list separated by commas, each of which must be one of `allowed`. */
export function listOf<T extends string>(allowed: readonly T[]): (text: string) => T[] {
  return (text) =>
    text.split(",").map((part) => {
      const found = allowed.find((each) => each === part.trim());
      if (found === undefined) {
        throw new InvalidArgumentError(`Allowed are ${allowed.join(", ")}, separated by commas.`);
      }
      return found;
    });
}

/** An option that takes one of `choices`. */
export function choice(
  flags: string,
  description: string,
  choices: readonly string[],
  fallback: string,
): Option {
  return new Option(flags, description).choices([...choices]).default(fallback);
}
