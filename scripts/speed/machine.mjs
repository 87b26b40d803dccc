import { readFile } from "node:fs/promises";
import { availableParallelism, cpus, release, totalmem, type } from "node:os";

/** @param {URL} url of a package.json */
const packageVersion = async (url) => JSON.parse(await readFile(url, "utf8")).version;

/** What the results were measured on. */
export function describeMachine() {
  return {
    processor: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
  };
}

/**
 * What was measured, with the versions that matter.
 *
 * @param {import("./contenders/start.mjs").PythonVersions | null} python
 * @returns {Promise<Record<string, string | null>>}
 */
export async function describeVersions(python) {
  const root = new URL("../../", import.meta.url);
  return {
    "lager-judge": await packageVersion(new URL("package.json", root)),
    "node-llama-cpp": await packageVersion(
      new URL("node_modules/node-llama-cpp/package.json", root),
    ),
    node: process.versions.node,
    torch: python?.torch ?? null,
    transformers: python?.transformers ?? null,
  };
}
