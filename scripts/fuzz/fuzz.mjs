// Drives workers: gives them cases, replaces those that die or hang, and makes small what was found.
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const TARGETS = [
  ...[
    "gguf",
    "gguf-process",
    "shards",
    "adapter",
    "hidden",
    "run",
    "weights",
    "task",
    "csv",
    "json",
  ],
  ...["parquet", "chat-template", "api", "addon"],
];

/** A case must have ended by then; loading a judge of some hundred kilobytes takes milliseconds. */
const CASE_MS = 30_000;
/** Making a worker ready. */
const START_MS = 120_000;

/** @typedef {{ verdict: string, detail: string, steps: number[], what: string }} Verdict */
/**
 * @typedef {{
 *   target: string, folder: string, seed: string, cases: number, milliseconds: number, keep?: string,
 *   caseMilliseconds?: number,
 *   onFound?: (found: Verdict & { seed: string }) => void,
 * }} FuzzOptions
 */

const BAD = new Set(["death", "hang", "bare error", "unhandled rejection"]);

/**
 * Runs cases of one target, a name or the path of a module, until the time or their number is up.
 *
 * @param {FuzzOptions} options
 */
export async function fuzz(options) {
  const { target, folder, seed, cases, milliseconds, keep, onFound } = options;
  const worker = new Worker(target, folder, options.caseMilliseconds ?? CASE_MS);
  const counts = { cases: 0, fine: 0, lager: 0, deaths: 0, hangs: 0, bare: 0, unhandled: 0 };
  const known = new Set();
  const end = performance.now() + milliseconds;
  try {
    for (let i = 0; i < cases && performance.now() < end; i++) {
      const caseSeed = `${target}:${seed}:${i}`;
      const verdict = await worker.verdict(caseSeed);
      counts.cases++;
      if (verdict.verdict === "death") counts.deaths++;
      else if (verdict.verdict === "hang") counts.hangs++;
      else if (verdict.verdict === "bare error") counts.bare++;
      else if (verdict.verdict === "unhandled rejection") counts.unhandled++;
      else if (verdict.verdict === "fine") counts.fine++;
      else counts.lager++;
      if (!BAD.has(verdict.verdict)) continue;
      const small = await smaller(worker, caseSeed, verdict);
      const name = `${path.basename(target, ".mjs")}-${signature(small)}`;
      // One of each kind is enough to look at.
      if (known.has(name)) continue;
      known.add(name);
      const found = { ...small, seed: caseSeed };
      onFound?.(found);
      if (keep !== undefined) {
        mkdirSync(keep, { recursive: true });
        writeFileSync(path.join(keep, `${name}.json`), `${JSON.stringify(found, null, 2)}\n`);
      }
    }
  } finally {
    worker.stop();
  }
  return counts;
}

/**
 * Runs one case again.
 *
 * @param {{ seed: string, steps: number[] }} kept as it was kept.
 * @param {string} folder
 */
export async function replay({ seed, steps }, folder) {
  const worker = new Worker(seed.split(":")[0] ?? "", folder, CASE_MS);
  try {
    return await worker.verdict(seed, steps);
  } finally {
    worker.stop();
  }
}

/**
 * Leaves out every step that the fault does not need.
 *
 * @param {Worker} worker
 * @param {string} seed
 * @param {Verdict} found
 */
async function smaller(worker, seed, found) {
  let best = found;
  for (const step of found.steps) {
    const steps = best.steps.filter((each) => each !== step);
    if (steps.length === best.steps.length || steps.length === 0) continue;
    const verdict = await worker.verdict(seed, steps);
    if (verdict.verdict === found.verdict) best = { ...verdict, steps };
  }
  return best;
}

/** @param {Verdict} verdict what tells one fault from another: where it was thrown, or the case. */
function signature({ verdict, detail, what }) {
  const place = detail.split("\n").find((line) => /^ +at .*\/(dist|build)\//.test(line));
  const text = `${verdict} ${place ?? what} ${detail.split("\n")[0]?.replaceAll(/\d+/g, "0")}`;
  return createHash("sha256").update(text).digest("hex").slice(0, 10);
}

/** A process that runs cases, and is started again when it has died of one. */
class Worker {
  #target;
  #folder;
  #caseMilliseconds;
  /** @type {import("node:child_process").ChildProcess | null} */
  #child = null;
  #stderr = "";
  /** The case that runs, as far as the worker said. */
  #made = { steps: /** @type {number[]} */ ([]), what: "" };

  /**
   * @param {string} target
   * @param {string} folder
   * @param {number} caseMilliseconds
   */
  constructor(target, folder, caseMilliseconds) {
    this.#caseMilliseconds = caseMilliseconds;
    this.#target = target;
    this.#folder = folder;
  }

  /**
   * @param {string} seed
   * @param {number[]} [steps] those that are taken. Default: all.
   * @returns {Promise<Verdict>}
   */
  async verdict(seed, steps) {
    const child = this.#child ?? (await this.#start());
    this.#made = { steps: steps ?? [], what: seed };
    const answer = this.#answer(child, this.#caseMilliseconds);
    child.send({ seed, ...(steps !== undefined && { steps }) });
    const ended = await answer;
    if (typeof ended === "object") return ended;
    this.#child = null;
    return { verdict: ended, detail: this.#stderr.slice(-2000), ...this.#made };
  }

  stop() {
    this.#child?.kill("SIGKILL");
    this.#child = null;
  }

  async #start() {
    const script = fileURLToPath(new URL("worker.mjs", import.meta.url));
    const child = fork(script, [this.#target, this.#folder], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      execArgv: ["--max-old-space-size=2048"],
      env: {
        ...process.env,
        // Nothing is fetched, and nothing of the user's is written to.
        LAGER_HOME: path.join(this.#folder, "home"),
        PATH: "/nowhere",
        HTTPS_PROXY: "http://127.0.0.1:9",
      },
    });
    this.#stderr = "";
    child.stderr?.on("data", (chunk) => {
      this.#stderr = (this.#stderr + chunk).slice(-10_000);
    });
    const ready = await this.#answer(child, START_MS);
    if (typeof ready !== "object") {
      throw new Error(`the worker for ${this.#target} does not start:\n${this.#stderr}`);
    }
    this.#child = child;
    return child;
  }

  /**
   * @param {import("node:child_process").ChildProcess} child
   * @param {number} milliseconds
   * @returns {Promise<any>} its message, "death" or "hang".
   */
  #answer(child, milliseconds) {
    return new Promise((resolve) => {
      const done = (/** @type {any} */ answer) => {
        if (answer.started !== undefined) {
          this.#made = answer.started;
          return;
        }
        clearTimeout(timer);
        child.off("message", done);
        child.off("exit", died);
        resolve(answer);
      };
      const died = (/** @type {number | null} */ code, /** @type {string | null} */ signal) => {
        this.#stderr += `\nended with ${code ?? signal}`;
        done("death");
      };
      const timer = setTimeout(() => {
        child.off("exit", died);
        child.kill("SIGKILL");
        done("hang");
      }, milliseconds);
      child.on("message", done);
      child.on("exit", died);
    });
  }
}
