import type { Prompt, Tally } from "./trial.mjs";

export function tryCommandLine(run: {
  readonly file: string;
  readonly items: readonly Readonly<Record<string, unknown>>[];
  /** As plain JSON. */
  readonly task: Readonly<Record<string, unknown>>;
  readonly prompts: readonly Prompt[];
  readonly tally: Tally;
}): Promise<void>;
