// The same prompts from the command line, with ggml's own kernels where all else uses this package's:
// their bits come out of the run file.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readRun } from "../../../dist/index.js";
import { compareScore } from "./trial.mjs";

const MAIN = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));

/**
 * Scores the items with `lager score` and compares.
 *
 * @param {object} run
 * @param {string} run.file the judge
 * @param {readonly import("./example-items.mjs").ExampleItem[]} run.items
 * @param {Readonly<Record<string, unknown>>} run.task as plain JSON
 * @param {import("./trial.mjs").Prompt[]} run.prompts
 * @param {import("./trial.mjs").Tally} run.tally
 */
export async function tryCommandLine({ file, items, task, prompts, tally }) {
  const folder = await mkdtemp(path.join(tmpdir(), "lager-bits-"));
  const data = path.join(folder, "data.jsonl");
  const taskFile = path.join(folder, "task.json");
  const output = path.join(folder, "run.jsonl");
  try {
    await writeFile(data, items.map((item) => `${JSON.stringify(item)}\n`).join(""));
    await writeFile(taskFile, JSON.stringify(task));
    const words = [
      ...[MAIN, "score", data, "--task", taskFile, "--judge", file, "--gpu", "off"],
      ...["--threads", "1", "--batch-size", "80", "-o", output, "-q"],
    ];
    const env = { ...process.env, LAGER_KERNELS: "off" };
    await promisify(execFile)(process.execPath, words, { env });
    for await (const line of (await readRun(output)).lines) {
      if (line.kind === "failure") throw new Error(`${line.id}: ${line.message}`);
      compareScore(prompts, line, tally, () => `${line.id} from the command line`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}
