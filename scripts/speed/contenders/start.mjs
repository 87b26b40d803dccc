import { execFile } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Contender } from "../contender.mjs";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const own = (file) => fileURLToPath(new URL(file, import.meta.url));

/** What each contender is called where people read it. */
export const TITLES = {
  ours: "lager-judge, all layers",
  "ours-prepared": "lager-judge, prepared weights",
  "ours-fast": "lager-judge --fast (flash attention)",
  bare: "bare llama_decode, same tokens",
  "bare-prepared": "bare llama_decode, prepared weights",
  stock: "bare, with ggml's own kernels",
  capture: "core in C++, all layers",
  plain: "node-llama-cpp, whole prompts",
  reuse: "node-llama-cpp, prefix kept by hand",
  whole: "transformers f32, whole prompts",
};

/** Contenders that read every prompt whole. */
export const SLOW = new Set(["plain", "whole"]);

/**
 * Starts the named contenders on one judge, ours first: the others read the weights that it says it
 * loaded, and the prompts and plans that it leaves.
 *
 * @param {string[]} names keys of {@link TITLES}
 * @param {{judge: string, prepared: string, threads: number, python: string}} settings
 * @param {(text: string) => void} onNotice told of a contender that does not start and is left out; one of
 *   ours that does not is an error
 * @returns {Promise<{name: string, ask: (request: object) => Promise<object>, ready: object,
 *   end: () => Promise<void>}[]>} in the order of `names`
 */
export async function startContenders(names, settings, onNotice) {
  const started = [];
  try {
    for (const name of names) {
      const source = started.find((other) => other.name === sourceOf(name));
      const contender = new Contender(name, ...commandOf(name, settings, source?.ready), {
        // All else uses this package's kernels where they are in place.
        ...(name === "stock" && { LAGER_KERNELS: "off" }),
      });
      try {
        started.push({ name, ...talkOf(name, contender), ready: await contender.ready() });
      } catch (error) {
        if (name.startsWith("ours")) throw error;
        await contender.end();
        onNotice(`${name} is left out: ${error.message}`);
      }
    }
    return started;
  } catch (error) {
    await Promise.all(started.map((contender) => contender.end()));
    throw error;
  }
}

/** Which of ours leaves the prompts and the plan that a contender works with; ours leave their own. */
export function sourceOf(name) {
  if (name === "ours-fast") return name;
  return name.endsWith("-prepared") ? "ours-prepared" : "ours";
}

/** Versions of torch and transformers; null when that Python cannot run them. */
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

function commandOf(name, { judge, prepared, threads, python }, source) {
  const node = (file, options) => [process.execPath, [own(file), JSON.stringify(options)]];
  switch (name) {
    case "ours":
      return node("ours.mjs", { judge, threads, prepared: "off" });
    case "ours-fast":
      return node("ours.mjs", { judge, threads, prepared: "off", fast: true });
    case "ours-prepared":
      return prepared === "auto"
        ? node("ours.mjs", { judge, threads, prepared })
        : node("ours.mjs", { judge: prepared, threads, prepared: "off" });
    case "bare":
    case "bare-prepared":
    case "stock":
    case "capture":
      return [path.join(ROOT, "build", "native", "bench", "lager-bench"), engineWords(name)];
    case "plain":
    case "reuse": {
      const { path: file, contextSize } = source;
      return node("node-llama-cpp.mjs", {
        ...{ path: file, contextSize, threads, reuse: name === "reuse" },
      });
    }
    case "whole":
      return [python, [own("whole_prompts.py"), JSON.stringify({ path: source.path, threads })]];
    default:
      throw new Error(`there is no contender ${name}`);
  }

  function engineWords(contender) {
    return [
      ...[path.join(ROOT, "build", "lib"), source.path],
      contender === "capture" ? "capture" : "bare",
      ...["--threads", threads, "--batch", source.batchSize, "--context", source.contextSize],
    ].map(String);
  }
}

/** How a contender is asked: the C++ program takes the plan's path, the others JSON. */
function talkOf(name, contender) {
  const takesPath = ["bare", "bare-prepared", "stock", "capture"].includes(name);
  return {
    ask: (request) => contender.ask(takesPath ? request.planFile : JSON.stringify(request)),
    end: () => contender.end(),
  };
}
