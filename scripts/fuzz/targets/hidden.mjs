// The hidden states beside a run (safetensors).
import { copyFileSync, renameSync } from "node:fs";
import path from "node:path";
import { openHidden, openRunHidden, readRunTable } from "../../../dist/index.js";
import { byteTarget } from "../text-target.mjs";

export const target = byteTarget(
  "hidden.safetensors",
  (files) => files.hidden ?? "",
  async (file, { run, hidden }) => {
    copyFileSync(run, "run.jsonl");
    renameSync(file, path.basename(hidden));
    const reader = await openHidden("run.jsonl");
    try {
      for (let row = 0; row < Math.min(reader.rows, 5); row++) await reader.read(row);
    } finally {
      await reader.close();
    }
    const states = await openRunHidden(await readRunTable(["run.jsonl"]));
    try {
      await states.read(1);
    } finally {
      await states[Symbol.asyncDispose]();
    }
  },
);
