import { createHash } from "node:crypto";
import path from "node:path";
import { version } from "../base/version.ts";
import { taskToObject } from "../input/task/task-object.ts";
import { RUN_SCHEMA, type RunHeader } from "../run/run-format.ts";
import { weightsSha256 } from "../scoring/weights/weights-format.ts";
import type { LabelTokens } from "./judge-task.ts";
import type { LoadedJudge } from "./loaded-judge.ts";
import type { Scoring } from "./score-unit.ts";

/** The first line of a run file: everything that its scores depend on. */
export function runHeader(
  judge: LoadedJudge,
  { aggregation, condition, judgeTask }: Pick<Scoring, "aggregation" | "condition" | "judgeTask">,
  labels: readonly LabelTokens[],
): RunHeader {
  const { info, backend, gpuLayers } = judge.engine;
  const { learned } = aggregation;
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
    task: taskToObject(judgeTask.task),
    options: {
      projection: aggregation.projection,
      layers: aggregation.layerSet.spec,
      ...(learned !== null && {
        weights: { recipe: learned.recipe, sha256: weightsSha256(learned) },
      }),
      ...(aggregation.hidden !== null && { hidden: aggregation.hidden.spec }),
      ...condition,
      contextSize: info.contextSize,
      batchSize: info.batchSize,
      threads: info.threads,
      flashAttention: info.flashAttention,
      tiledAttention: info.tiledAttention,
      cpuFeatures: backend.cpuFeatures,
      ...(gpuLayers > 0 && { gpuLayers }),
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
function adaptersOf({ adapters, fileSha256 }: LoadedJudge): Readonly<Record<string, unknown>> {
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
