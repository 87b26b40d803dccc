import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { lineDistribution } from "../../../src/analysis/eval/layer-scores.ts";
import { formatRunLine } from "../../../src/run/format-run-line.ts";
import { readRunTable } from "../../../src/run/read-run-table.ts";
import { scoreFromCapture } from "../../../src/scoring/score/score-from-capture.ts";
import {
  exampleNodesScore,
  exampleScore,
  HEADER,
  NODES_HEADER,
} from "../../fixtures/example-run.ts";
import { scratchFolder } from "../../support/scratch.ts";

it.each([
  ["of one token", HEADER, exampleScore()],
  ["of several tokens", NODES_HEADER, exampleNodesScore()],
])("a run's labels %s are aggregated as scoring does", async (_, header, line) => {
  const file = path.join(await scratchFolder(), "run.jsonl");
  await writeFile(file, `${formatRunLine(header)}\n${formatRunLine(line)}\n`);
  const table = await readRunTable([file]);
  const weights = Float64Array.of(0.25, 0.75);
  const layers = [1, 2];
  const { values } = header;
  const scored = scoreFromCapture(line, {
    ...{ layerCount: 2, values, layers, weights, projection: "normed" },
  });
  const distribution = lineDistribution(table, "normed");
  distribution.aggregate(0, layers, weights);
  expect([...distribution.probabilities].map(Math.fround)).toEqual(scored.probabilities);
  expect(Math.fround(distribution.expectation())).toBe(scored.score);
  distribution.layer(0, 2);
  expect(Math.fround(distribution.expectation())).toBe(scored.eScore);
  expect(distribution.mode()).toBe(scored.vanilla);
});
