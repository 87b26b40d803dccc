// A weights file: read, written, and scored with.
import {
  applyWeights,
  evaluateRun,
  formatWeights,
  readRunItem,
  readWeights,
} from "../../../dist/index.js";
import { jsonTarget } from "../text-target.mjs";

export const target = jsonTarget(
  "weights.json",
  (files) => files.weights ?? "",
  async (file, { run }) => {
    const weights = await readWeights(file);
    formatWeights(weights);
    const { lines } = await readRunItem(run, "r1");
    for (const line of lines) if (line.kind === "score") applyWeights(weights, line);
    await evaluateRun([run], { weights: { file, weights }, resamples: 2 });
  },
);
