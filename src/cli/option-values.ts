import { InvalidArgumentError, Option } from "commander";
import type { LoraAdapter } from "../models/adapters.ts";

/** Parses `<file>` or `<file>:<scale>` and adds it to those before, for commander. */
export function addAdapter(text: string, before: readonly LoraAdapter[] = []): LoraAdapter[] {
  const [, file = text, scale] = /^(.+):([+-]?\d*\.?\d+(?:e[+-]?\d+)?)$/i.exec(text) ?? [];
  if (scale === undefined) return [...before, { path: file }];
  if (Math.fround(Number(scale)) === 0) throw new InvalidArgumentError("The scale must not be 0.");
  return [...before, { path: file, scale: Number(scale) }];
}

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
