import { execFile } from "node:child_process";
import { createWriteStream } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CLI = path.join(ROOT, "dist", "cli", "main.js");
const HOOK = fileURLToPath(new URL("report-peak.mjs", import.meta.url));
const TINY = "llama-spm-tied";

const TASK = `name: scaling
description: Grade.
scale: { min: 1, max: 5 }
criteria:
  - name: accuracy
    description: Right?
prompt: "{{ instruction }} {{ response }} {{ answerPrefix }}"
`;

/**
 * @typedef {{items: number, seconds: number, millisecondsPerItem: number, peakMiB: number}} ScalingRun
 * @typedef {{judge: string, runs: ScalingRun[]}} Scaling
 */

/**
 * `lager score` over more and more short items with a tiny generated judge, whose decoding takes next
 * to nothing: what is left is what each item costs around it, and what memory grows by.
 *
 * @param {number[]} counts numbers of items
 * @param {string} folder for the judge, the items and the runs
 * @param {(result: Scaling) => Promise<void>} onRun is given the runs so far
 */
export async function measureScaling(counts, folder, onRun) {
  const judge = await makeTinyJudge(folder);
  const task = path.join(folder, "scaling.yaml");
  await writeFile(task, TASK);
  /** @type {Scaling} */
  const result = { judge: TINY, runs: [] };
  for (const count of counts) {
    result.runs.push(await run(count, judge, task, folder));
    await onRun(result);
  }
  return result;
}

/**
 * @param {number} items
 * @param {string} judge
 * @param {string} task
 * @param {string} folder
 * @returns {Promise<ScalingRun>}
 */
async function run(items, judge, task, folder) {
  const file = path.join(folder, "scaling.jsonl");
  const output = path.join(folder, "scaling-run.jsonl");
  const report = path.join(folder, "scaling-peak.json");
  await pipeline(lines(items), createWriteStream(file));
  await promisify(execFile)(
    process.execPath,
    [
      ...["--import", HOOK, CLI, "score", file, "--task", task, "--judge", judge],
      ...["--gpu", "off", "--threads", "1", "-o", output, "--force", "--quiet"],
    ],
    { env: { ...process.env, LAGER_BENCH_REPORT: report } },
  );
  const { peakMiB, seconds } = JSON.parse(await readFile(report, "utf8"));
  await rm(output);
  return { items, seconds, millisecondsPerItem: (seconds * 1000) / items, peakMiB };
}

/** @param {number} count */
function* lines(count) {
  for (let i = 0; i < count; i++) {
    const item = { id: `item-${i}`, instruction: `What is ${i} + 1?`, response: `It is ${i + 1}.` };
    yield `${JSON.stringify(item)}\n`;
  }
}

/** @param {string} folder */
async function makeTinyJudge(folder) {
  const source = (await readdir(path.join(ROOT, "build"))).find((name) =>
    name.startsWith("llama.cpp-"),
  );
  if (source === undefined) throw new Error("build/ has no llama.cpp: npm run build:native");
  await promisify(execFile)(path.join(ROOT, "build", "native", "test", "make_tiny_gguf"), [
    ...[path.join(ROOT, "build", source, "models"), folder, TINY],
  ]);
  return path.join(folder, `${TINY}.gguf`);
}
