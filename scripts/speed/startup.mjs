import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TIMES = 5;

/** @typedef {{judge: string, scoreSeconds: number[], importMilliseconds: number[]}} Startup */

/**
 * How long `lager score` of one item takes from the start of its process, and the library's import.
 *
 * @param {string} judge
 * @param {string} folder for the item
 * @returns {Promise<Startup>}
 */
export async function measureStartup(judge, folder) {
  const item = path.join(folder, "one.jsonl");
  await writeFile(item, '{"id":"one","instruction":"What is 2 + 2?","response":"4"}\n');
  const words = ["score", item, "--judge", judge, "--gpu", "off", "--quiet", "--format", "json"];
  const cli = path.join(ROOT, "dist", "cli", "main.js");
  const library = path.join(ROOT, "dist", "index.js");
  const code = `const t = performance.now(); await import(${JSON.stringify(library)}); console.log(performance.now() - t)`;
  await time([cli, ...words]); // the first reads the files into the system's cache
  /** @type {number[]} */
  const scoreSeconds = [];
  /** @type {number[]} */
  const importMilliseconds = [];
  for (let i = 0; i < TIMES; i++) {
    scoreSeconds.push((await time([cli, ...words])).seconds);
    const { stdout } = await time(["--input-type=module", "-e", code]);
    importMilliseconds.push(Number(stdout));
  }
  return { judge, scoreSeconds, importMilliseconds };
}

/** @param {string[]} words */
async function time(words) {
  const startedAt = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, words, { maxBuffer: 1 << 24 });
  return { seconds: (performance.now() - startedAt) / 1000, stdout };
}
