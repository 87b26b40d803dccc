// One run of one prompt of the study, through the command line.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "../../..");

/**
 * Scores the records, or goes on where a stopped run is.
 *
 * @param {{input: string, task: string, arm: string, folder: string, judge: string, threads: string}} run
 * @returns {string} the run file, `JUDGE-ARM.jsonl`
 */
export function scoreArm({ input, task, arm, folder, judge, threads }) {
  const output = path.join(folder, `${judge}-${arm}.jsonl`);
  const { status } = spawnSync(
    process.execPath,
    [
      ...[path.join(root, "dist/cli/main.js"), "score", input, "--task", task],
      ...["--judge", judge, "--threads", threads, "--output", output],
      ...(existsSync(output) ? ["--resume"] : []),
      // Questions differ in fewer tokens than a call has otherwise.
      ...(arm === "questions" ? ["--fast"] : []),
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  if (status !== 0) process.exit(status ?? 1);
  return output;
}
