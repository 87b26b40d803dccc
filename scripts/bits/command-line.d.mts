import type { Prompt, Tally } from "./trial.mjs";

export function tryCommandLine(run: {
  readonly file: string;
  readonly data: string;
  readonly task: string;
  readonly limit: number;
  readonly prompts: readonly Prompt[];
  readonly tally: Tally;
}): Promise<void>;
