import type { RunTable } from "../../run/run-table.ts";
import { hasBranches } from "../../scoring/distribution/node-logits.ts";
import { percentile } from "../stats/ranks.ts";
import type { RunFacts } from "./eval-result.ts";
import { ownLayers } from "./layer-choice.ts";
import { ownMethod } from "./untuned-methods.ts";

/** Facts of a run that a reader of its figures wants to know. */
export function runFacts(table: RunTable): RunFacts {
  const { header } = table;
  const own = ownLayers(table);
  return {
    files: table.files,
    judge: header.judge,
    llama: header.llama,
    task: header.task.name,
    criteria: table.criteria,
    labels: header.labels,
    values: header.values,
    method: ownMethod(table),
    layerSet: own.spec,
    projection: own.projection,
    severalTokens: hasBranches(table.nodes),
    medianScoreMass:
      table.lines === 0 ? null : percentile(Float64Array.from(table.scoreMass).sort(), 0.5),
    promptTokens: table.promptTokens,
    reusedTokens: table.reusedTokens,
  };
}
