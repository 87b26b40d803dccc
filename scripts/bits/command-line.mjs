// The same prompts from the command line: their bits come out of the run file.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readRun } from "../../dist/index.js";
import { compareScore } from "./trial.mjs";

const MAIN = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/**
 * Scores the first records of a data set with `lager score` and compares those that are among the
 * prompts.
 *
 * @param {object} run
 * @param {string} run.file the judge
 * @param {string} run.data
 * @param {string} run.task
 * @param {number} run.limit records
 * @param {import("./trial.mjs").Prompt[]} run.prompts
 * @param {import("./trial.mjs").Tally} run.tally
 */
export async function tryCommandLine({ file, data, task, limit, prompts, tally }) {
  const folder = await mkdtemp(path.join(tmpdir(), "lager-bits-"));
  try {
    const output = path.join(folder, "run.jsonl");
    await promisify(execFile)(process.execPath, [
      ...[MAIN, "score", data, "--task", task, "--judge", file, "--gpu", "off"],
      ...["--threads", "1", "--batch-size", "80", "--limit", String(limit), "-o", output, "-q"],
    ]);
    for await (const line of (await readRun(output)).lines) {
      const known = prompts.some(({ id }) => id === line.id);
      if (known) compareScore(prompts, line, tally, () => `${line.id} from the command line`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}
