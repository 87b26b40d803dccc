import type { JudgeEngine } from "../../../src/engine/native/judge-engine.ts";
import type { Task } from "../../../src/input/task/task.ts";
import type { Judge } from "../../../src/judge/judge.ts";

export interface Logits {
  readonly normed: Float32Array;
  readonly raw: Float32Array;
}

export interface Prompt {
  readonly name: string;
  readonly tokens: Int32Array;
  readonly scoreTokens: Int32Array;
  readonly expected: Logits;
  readonly score?: number;
}

export class Tally {
  comparisons: number;
  values: number;
  differing: number;
  largest: number;
  readonly examples: string[];
  compare(
    expected: Logits,
    actual: Logits,
    settings: () => string,
    score?: { expected: number; actual: number },
  ): void;
}

interface Trial {
  readonly rounds: number;
  readonly captures: number;
  readonly seed: number;
  readonly tally: Tally;
}

interface DrawnSettings {
  readonly batchSize: number;
  readonly contextSize: number;
  readonly threads: number;
}

export function tryJudge(
  trial: Trial & {
    readonly loadJudge: (settings: DrawnSettings) => Promise<Judge>;
    readonly items: readonly Readonly<Record<string, unknown>>[];
    readonly task: Task;
  },
): Promise<Prompt[]>;

export function tryTokens(
  trial: Trial & { readonly loadEngine: (settings: DrawnSettings) => Promise<JudgeEngine> },
): Promise<void>;
