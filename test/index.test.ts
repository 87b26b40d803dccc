import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import {
  applyWeights,
  evaluateRun,
  formatWeights,
  isOtherTask,
  readRun,
  readRunTable,
  readWeights,
  tune,
  version,
} from "../src/index.ts";
import { MADE_UP_HEADER, madeUpScores, writeRun } from "./fixtures/made-up-run.ts";
import { scratchFolder } from "./support/scratch.ts";

it("the library learns weights, keeps them, and applies and evaluates them", async () => {
  const learnedFrom = await writeRun(MADE_UP_HEADER, ...madeUpScores(60));
  const table = await readRunTable([learnedFrom]);
  const weights = await tune(table, { recipe: "ridge", seed: 7 });
  expect(weights).toMatchObject({ recipe: "ridge", version, judge: MADE_UP_HEADER.judge });
  const file = path.join(await scratchFolder(), "weights.json");
  await writeFile(file, formatWeights(weights));
  const kept = await readWeights(file);
  expect(kept).toEqual(weights);
  expect(isOtherTask(kept, MADE_UP_HEADER.task)).toBe(false);

  const others = madeUpScores(40, { seed: 2 }).map((line) => ({ ...line, id: `other ${line.id}` }));
  const run = await writeRun(MADE_UP_HEADER, ...others);
  const result = await evaluateRun([run], { resamples: 10, weights: { file, weights: kept } });
  const tuned = result.items.scores["lager-tuned"] ?? [];
  const applied: number[] = [];
  for await (const line of (await readRun(run)).lines) {
    if (line.kind === "score") applied.push(applyWeights(kept, line).score);
  }
  expect(applied).toHaveLength(80);
  for (const [i, score] of tuned.entries()) expect(score).toBeCloseTo(applied[i] ?? 9, 12);
  const spearman = (name: string) =>
    result.methods.find(({ method }) => method === name)?.spearman.value ?? Number.NaN;
  // Layer 2 knows the human score, and the last layer does not.
  expect(spearman("lager-tuned")).toBeGreaterThan(0.9);
  expect(spearman("e-score")).toBeLessThan(0.5);
});
