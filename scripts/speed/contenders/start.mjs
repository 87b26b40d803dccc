import { execFile } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Contender } from "../contender.mjs";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
/** @param {string} file beside this one */
const own = (file) => fileURLToPath(new URL(file, import.meta.url));

/**
 * What a contender says of itself once it is ready. Ours name the weights and the sizes, which the
 * others then take over.
 *
 * @typedef {{loadSeconds: number, flashAttention?: string | boolean, path?: string,
 *   contextSize?: number, batchSize?: number, quantization?: string, layers?: number}} Ready
 */

/**
 * What it answers to a block: the seconds, and its counts.
 *
 * @typedef {{seconds: number, [figure: string]: number}} Answer
 */

/**
 * @typedef {{promptsFile: string, planFile: string}} Request of ours also what is to be scored
 * @typedef {{name: string, ready: Ready, ask: (request: Request) => Promise<Answer>,
 *   end: () => Promise<void>}} StartedContender
 * @typedef {{judge: string, threads: number, python: string}} Settings
 * @typedef {{torch: string, transformers: string}} PythonVersions
 */

/**
 * What each contender is called where people read it.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const TITLES = {
  ours: "lager-judge, all layers",
  "ours-short-labels": "lager-judge, labels of one token",
  "ours-fast": "lager-judge --fast (flash attention)",
  bare: "bare llama_decode, same tokens",
  stock: "bare, with ggml's own kernels",
  capture: "core in C++, all layers",
  plain: "node-llama-cpp, whole prompts",
  reuse: "node-llama-cpp, prefix kept by hand",
  writer: "node-llama-cpp, writing as much",
  whole: "transformers f32, whole prompts",
};

/** Contenders that read every prompt whole. */
export const SLOW = new Set(["plain", "whole"]);

/**
 * Starts the named contenders on one judge, ours first: the others read the weights that it says it
 * loaded, and the prompts and plans that it leaves.
 *
 * @param {string[]} names keys of {@link TITLES}
 * @param {Settings} settings
 * @param {(text: string) => void} onNotice told of a contender that does not start and is left out; one of
 *   ours that does not is an error
 * @returns {Promise<StartedContender[]>} in the order of `names`
 */
export async function startContenders(names, settings, onNotice) {
  /** @type {StartedContender[]} */
  const started = [];
  try {
    for (const name of names) {
      const source = started.find((other) => other.name === sourceOf(name));
      const { program, words } = commandOf(name, settings, source?.ready);
      const contender = new Contender(name, program, words, {
        // All else uses this package's kernels where they are in place.
        ...(name === "stock" && { LAGER_KERNELS: "off" }),
      });
      try {
        started.push({ name, ...talkOf(name, contender), ready: await contender.ready() });
      } catch (error) {
        if (name.startsWith("ours")) throw error;
        await contender.end();
        onNotice(`${name} is left out: ${error instanceof Error ? error.message : error}`);
      }
    }
    return started;
  } catch (error) {
    await Promise.all(started.map((contender) => contender.end()));
    throw error;
  }
}

/**
 * Which of ours leaves the prompts and the plan that a contender works with; ours leave their own.
 *
 * @param {string} name
 */
export function sourceOf(name) {
  return name.startsWith("ours") ? name : "ours";
}

/**
 * Versions of torch and transformers; null when that Python cannot run them.
 *
 * @param {string} python
 * @returns {Promise<PythonVersions | null>}
 */
export async function pythonVersions(python) {
  if (python === "off") return null;
  const code =
    "import json, accelerate, gguf, torch, transformers\n" +
    "print(json.dumps({'torch': torch.__version__, 'transformers': transformers.__version__}))";
  try {
    return JSON.parse((await promisify(execFile)(python, ["-c", code])).stdout);
  } catch {
    return null;
  }
}

/**
 * @param {string} name
 * @param {Settings} settings
 * @param {Ready} [source] what ours said whose prompts it reads
 */
function commandOf(name, { judge, threads, python }, source) {
  /**
   * @param {string} file
   * @param {object} options
   */
  const node = (file, options) => ({
    program: process.execPath,
    words: [own(file), JSON.stringify(options)],
  });
  switch (name) {
    case "ours":
    case "ours-short-labels":
      return node("ours.mjs", { judge, threads });
    case "ours-fast":
      return node("ours.mjs", { judge, threads, fast: true });
    case "bare":
    case "stock":
    case "capture":
      return {
        program: path.join(ROOT, "build", "native", "tools", "lager-bench"),
        words: engineWords(name, threads, source),
      };
    case "plain":
    case "reuse":
    case "writer":
      return node("node-llama-cpp.mjs", {
        path: source?.path,
        contextSize: source?.contextSize,
        threads,
        reuse: name !== "plain",
        writes: name === "writer",
      });
    case "whole":
      return {
        program: python,
        words: [own("whole_prompts.py"), JSON.stringify({ path: source?.path, threads })],
      };
    default:
      throw new Error(`there is no contender ${name}`);
  }
}

/**
 * @param {string} name
 * @param {number} threads
 * @param {Ready} [source]
 */
function engineWords(name, threads, source) {
  return [
    ...[path.join(ROOT, "build", "lib"), source?.path],
    name === "capture" ? "capture" : "bare",
    ...["--threads", threads, "--batch", source?.batchSize, "--context", source?.contextSize],
  ].map(String);
}

/**
 * How a contender is asked: the C++ program takes the plan's path, the others JSON.
 *
 * @param {string} name
 * @param {Contender} contender
 * @returns {Pick<StartedContender, "ask" | "end">}
 */
function talkOf(name, contender) {
  const takesPath = ["bare", "stock", "capture"].includes(name);
  return {
    ask: (request) => contender.ask(takesPath ? request.planFile : JSON.stringify(request)),
    end: () => contender.end(),
  };
}
