import { createHash } from "node:crypto";
import path from "node:path";
import { version } from "../base/version.ts";
import type { Task } from "../input/task/task.ts";
import { taskToObject } from "../input/task/task-object.ts";
import type { ConditionSettings } from "../judge/generate-answer.ts";
import type { Judge } from "../judge/judge.ts";
import type { LabelTokens } from "../judge/judge-task.ts";
import { RUN_SCHEMA, type RunHeader } from "../run/run-format.ts";
import type { Projection } from "../scoring/weights/projection.ts";
import type { Recipe } from "../scoring/weights/weights-format.ts";

/** What of the header the judge does not know. */
export interface RunHeaderOptions {
  readonly projection: Projection;
  /** The layer set as it was asked for. */
  readonly layers: string;
  readonly condition: ConditionSettings;
  /** Learned weights, by the hash of their whole file's content. */
  readonly weights?: { readonly recipe: Recipe; readonly sha256: string };
  /** Layers whose hidden states lie beside the run, as they were asked for. */
  readonly hidden?: string;
}

/** The first line of a run file: everything that its scores depend on. */
export function runHeader(
  judge: Judge,
  task: Task,
  labels: readonly LabelTokens[],
  options: RunHeaderOptions,
): RunHeader {
  const { info, backend } = judge;
  const { condition, ...aggregation } = options;
  return {
    kind: "run",
    schema: RUN_SCHEMA,
    lager: version,
    judge: {
      name: judge.name,
      sha256: judge.sha256,
      architecture: info.architecture,
      quantization: info.quantization,
      layers: info.layers,
    },
    llama: {
      release: backend.release,
      backend: backend.backend,
      devices: backend.devices.map(({ name, description }) => `${name}: ${description}`),
    },
    task: taskToObject(task),
    options: {
      ...aggregation,
      ...condition,
      contextSize: info.contextSize,
      batchSize: info.batchSize,
      threads: info.threads,
      flashAttention: info.flashAttention,
      tiledAttention: info.tiledAttention,
      cpuFeatures: backend.cpuFeatures,
      ...(judge.gpuLayers > 0 && { gpuLayers: judge.gpuLayers }),
      ...(judge.prepared !== null && { prepared: judge.prepared }),
      ...adaptersOf(judge),
      kvType: info.kvType,
      parallel: info.parallel,
      chatTemplateSha256: judge.chatTemplate.isFallback
        ? null
        : createHash("sha256").update(judge.chatTemplate.source).digest("hex"),
      ...tokensOfLabels(labels),
    },
    labels: labels.map(({ label }) => label),
    values: labels.map(({ value }) => value),
  };
}

/** The adapters, and the hash of the file below them, which `judge.sha256` is not then. */
function adaptersOf({ adapters, fileSha256 }: Judge): Readonly<Record<string, unknown>> {
  if (adapters.length === 0) return {};
  return {
    judgeFileSha256: fileSha256,
    adapters: adapters.map((adapter) => ({
      name: path.basename(adapter.path),
      sha256: adapter.sha256,
      scale: adapter.scale,
    })),
  };
}

/** One token a label, or each label's path through the tokens where labels have several. */
function tokensOfLabels(labels: readonly LabelTokens[]): Readonly<Record<string, unknown>> {
  return labels.every(({ tokens }) => tokens.length === 1)
    ? { scoreTokens: labels.flatMap(({ tokens }) => tokens) }
    : { labelTokens: labels.map(({ tokens }) => tokens) };
}
