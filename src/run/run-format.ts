import type { Condition, ScorePositionRule } from "../input/task/condition.ts";
import type { Task } from "../input/task/task.ts";
import type { Outcome } from "../scoring/score/outcome.ts";
import type { JudgeFacts } from "../scoring/weights/judge-facts.ts";
import type { Projection } from "../scoring/weights/layer-set.ts";
import type { Recipe } from "../scoring/weights/weights-format.ts";

/** Version of the run format that this package writes. */
export const RUN_SCHEMA = 2;

/** First line of a run file: all that the scores depend on. */
export interface RunHeader {
  readonly kind: "run";
  readonly schema: typeof RUN_SCHEMA;
  /** Of this package. */
  readonly version: string;
  /**
   * Where the data lies that was scored: its path from the folder of the run file, absolute where there
   * is none (another drive). Not there for standard input, and for records that came from a program.
   */
  readonly input?: string;
  readonly judge: JudgeFacts;
  readonly llama: {
    /** Release of llama.cpp, as its library says. */
    readonly release: string;
    readonly backend: string;
    readonly devices: readonly string[];
  };
  /** The whole task, so that a run can be read without the task file. */
  readonly task: Task;
  readonly options: RunOptions;
  readonly machine: RunMachine;
  /**
   * Kinds of machines that scored the run, where there were several: each line names its own. `llama`
   * and `machine` are then those of the first.
   */
  readonly classes?: readonly MachineClass[];
  /** Labels and their values, in the order of every [labels] array of the run. */
  readonly labels: readonly string[];
  readonly values: readonly number[];
  /**
   * Each label's token ids at the score position, shape [labels][tokens]: the tree by which the nodes
   * of every score are read.
   */
  readonly labelTokens: readonly (readonly number[])[];
}

/** How the judge was used: what a score of the run means. */
export interface RunOptions {
  readonly projection: Projection;
  /** The layer set that was aggregated, as it was asked for. */
  readonly layers: string;
  /** Learned weights that the scores come from, by the hash of their file. */
  readonly weights?: { readonly recipe: Recipe; readonly sha256: string };
  /** Layer set whose hidden states lie beside the run, as it was asked for. */
  readonly hidden?: string;
  readonly condition: Condition;
  /** Of an answer that the judge wrote itself. */
  readonly maxTokens?: number;
  readonly scorePosition?: ScorePositionRule;
  /** Of the file below the adapters, which `judge.sha256` is not then. */
  readonly judgeFileSha256?: string;
  /** LoRA adapters on the judge, in the order in which they were applied. */
  readonly adapters?: readonly {
    readonly name: string;
    readonly sha256: string;
    readonly scale: number;
  }[];
  /** Of the chat template; null: the judge has none, and prompts are plain text. */
  readonly chatTemplateSha256: string | null;
}

/** What a header says of the machine, and of which kind it is. */
export const MACHINE_FACTS = {
  contextSize: "number",
  batchSize: "number",
  threads: "number",
  flashAttention: "boolean",
  tiledAttention: "boolean",
  cpuFeatures: "string",
  gpuLayers: "number",
  kvType: "string",
  parallel: "number",
  exact: "boolean",
} as const;

interface FactTypes {
  readonly number: number;
  readonly boolean: boolean;
  readonly string: string;
}

/** How the machine worked, as `EngineOptions` has it. Files that differ in it can be parts of one run. */
export type RunMachine = {
  readonly [Name in keyof typeof MACHINE_FACTS]: FactTypes[(typeof MACHINE_FACTS)[Name]];
};

/** Machines of one kind, which give the same bits. */
export type MachineClass = Pick<RunHeader, "llama" | "machine">;

/** A line of a run file: the header, then an outcome for each item and criterion. */
export type RunLine = RunHeader | Outcome;
