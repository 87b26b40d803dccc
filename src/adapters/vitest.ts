/**
 * `lager-judge/vitest`: a matcher for texts, judged on this machine.
 *
 * @module
 */
import { expect } from "vitest";
import { LagerError } from "../base/errors.ts";
import { type AdapterOptions, adapterParts } from "./adapter-options.ts";
import { judged } from "./judged.ts";
import { summarise } from "./summary.ts";
import { textOf } from "./texts.ts";

export { disposeAdapters } from "./judged.ts";
export type { AdapterOptions };

/** What an answer is judged by. */
export interface ToScoreAtLeastOptions extends AdapterOptions {
  /** What was asked. The built-in task `general` needs it. */
  readonly instruction?: unknown;
  /** The answer that was hoped for. */
  readonly reference?: unknown;
  /** What the answer should rest on. */
  readonly context?: unknown;
}

/** The matchers, typed. */
export interface LagerMatchers<Result> {
  /**
   * The mean of the criteria's normalized scores is at least this, 0…1. It is a promise: await it.
   *
   * @example
   * await expect(answer).toScoreAtLeast(0.6, { instruction, criteria: ["accuracy"] });
   */
  toScoreAtLeast(least: number, options?: ToScoreAtLeastOptions): Promise<Result>;
}

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: a declaration is merged only where its parameters are the same.
  interface Matchers<T = any> extends LagerMatchers<T> {}
}

const TEXTS = ["instruction", "reference", "context"] as const;

async function toScoreAtLeast(
  received: unknown,
  least: number,
  options: ToScoreAtLeastOptions = {},
): Promise<{ pass: boolean; message: () => string; actual: number; expected: number }> {
  if (typeof least !== "number" || !(least >= 0 && least <= 1)) {
    throw new LagerError("INVALID_ARGUMENT", "toScoreAtLeast takes a number from 0 to 1");
  }
  const { instruction, reference, context, ...own } = options;
  const parts = adapterParts("lager-judge/vitest", own, TEXTS);
  const given = { instruction, reference, context };
  const texts = Object.fromEntries(
    TEXTS.flatMap((name) => (given[name] === undefined ? [] : [[name, textOf(given[name])]])),
  );
  const { outcomes } = await judged(parts, { ...texts, response: textOf(received) });
  const { score, reason } = summarise(outcomes);
  if (score === null) {
    const failure = outcomes.find((outcome) => outcome.kind === "failure");
    throw new LagerError(failure?.code ?? "INTERNAL", `this cannot be judged: ${reason}`);
  }
  const pass = score >= least;
  return {
    pass,
    message: () =>
      `expected a score ${pass ? "below" : "of at least"} ${least}, and it is ${score.toFixed(3)}: ${reason}`,
    ...{ actual: score, expected: least },
  };
}

expect.extend({ toScoreAtLeast });
