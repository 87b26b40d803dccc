import { createHash } from "node:crypto";
import path from "node:path";
import { version } from "../base/version.ts";
import {
  MACHINE_FACTS,
  RUN_SCHEMA,
  type RunHeader,
  type RunMachine,
  type RunOptions,
} from "../run/run-format.ts";
import { weightsSha256 } from "../scoring/weights/weights-format.ts";
import type { LabelTokens } from "./judge-task.ts";
import type { LoadedJudge } from "./loaded-judge.ts";
import type { Scoring } from "./score-item.ts";

/** The first line of a run file: everything that its scores depend on. */
export function runHeader(
  judge: LoadedJudge,
  scoring: Scoring,
  labels: readonly LabelTokens[],
): RunHeader {
  const { info, backend } = judge.engine;
  return {
    kind: "run",
    schema: RUN_SCHEMA,
    version,
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
    task: scoring.judgeTask.task,
    options: optionsOf(judge, scoring),
    machine: machineOf(judge),
    labels: labels.map(({ label }) => label),
    values: labels.map(({ value }) => value),
    labelTokens: labels.map(({ tokens }) => tokens),
  };
}

function optionsOf(
  { adapters, fileSha256, chatTemplate }: LoadedJudge,
  { aggregation, condition }: Scoring,
): RunOptions {
  const { learned, hidden } = aggregation;
  return {
    projection: aggregation.projection,
    layers: aggregation.layers.spec,
    ...(learned !== null && {
      weights: { recipe: learned.recipe, sha256: weightsSha256(learned) },
    }),
    ...(hidden !== null && { hidden: hidden.spec }),
    ...condition,
    ...(adapters.length > 0 && {
      judgeFileSha256: fileSha256,
      adapters: adapters.map((adapter) => ({
        name: path.basename(adapter.path),
        sha256: adapter.sha256,
        scale: adapter.scale,
      })),
    }),
    chatTemplateSha256: chatTemplate.isFallback
      ? null
      : createHash("sha256").update(chatTemplate.source).digest("hex"),
  };
}

function machineOf({ engine }: LoadedJudge): RunMachine {
  const { cpuFeatures } = engine.backend;
  const known: RunMachine = { ...engine.info, cpuFeatures, gpuLayers: engine.gpuLayers };
  const facts: Readonly<Record<string, unknown>> = { ...known };
  return Object.fromEntries(
    Object.keys(MACHINE_FACTS).map((name) => [name, facts[name]]),
  ) as RunMachine;
}
