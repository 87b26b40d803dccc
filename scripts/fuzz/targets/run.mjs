// A run file: read as lines and as columns, evaluated, learned from, gone on with.
import { evaluateTable, readRun, readRunTable, tune } from "../../../dist/index.js";
import { drained } from "../file-target.mjs";
import { jsonTarget } from "../text-target.mjs";

export const target = jsonTarget(
  "fuzzed.jsonl",
  (files) => files.run ?? "",
  async (file) => {
    const onCutLastLine = () => {};
    await drained((await readRun(file, { onCutLastLine })).lines);
    const table = await readRunTable([file], { onCutLastLine });
    await evaluateTable(table, { resamples: 2 });
    await tune(table, { recipe: "ridge", folds: 2, allowWorse: true });
  },
);
