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
  readonly loadEngine: (settings: {
    batchSize: number;
    contextSize: number;
    threads: number;
  }) => Promise<JudgeEngine>;
  readonly rounds: number;
  readonly captures: number;
  readonly seed: number;
  readonly tally: Tally;
}

export function tryJudge(
  trial: Trial & {
    readonly asJudge: (engine: JudgeEngine) => Judge;
    readonly items: readonly Readonly<Record<string, unknown>>[];
    readonly task: Task;
  },
): Promise<Prompt[]>;

export function tryTokens(trial: Trial): Promise<void>;
