import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";

/**
 * A place that lager-judge is installed in, and what runs it there.
 *
 * @typedef {object} Place
 * @property {string} folder
 * @property {string} program
 * @property {readonly string[]} args before the script
 * @property {string} tiny path of a tiny judge
 * @property {string} judge name or path of a real one
 */

/**
 * What is tried, each giving what must be equal under every runtime.
 *
 * @type {Readonly<Record<string, (place: Place) => Promise<unknown>>>}
 */
export const TRIES = {
  "command line": tryCommandLine,
  "bits, tiny": (place) => tryBits(place, place.tiny),
  "bits, default": (place) => tryBits(place, place.judge),
  serve: tryServe,
  library: (place) => tryLibrary(place, "none"),
  "library, own process": (place) => tryLibrary(place, "process"),
};

/** None of them may take so long. */
const MOST_MS = 60_000;
/** How long a program may stay when it has nothing more to do. */
const MOST_LINGERING_MS = 2000;

/** @param {Place} place */
async function tryCommandLine(place) {
  const version = await lager(place, ["--version"]);
  const tasks = await lager(place, ["tasks", "list"]);
  const doctor = await lager(place, ["doctor", "--gpu", "off", "--json", "--judge", place.tiny]);
  const { ok, addon, versions, cpu } = JSON.parse(doctor);
  assert.equal(ok, true);
  assert.equal(addon.loaded, true);
  return { version, tasks, addon: addon.file, llama: versions.llama, features: cpu.features };
}

/**
 * Hashes of the run files of the bundled example, with all layers' logits: by the engine's own process, and by
 * native code in this one.
 *
 * @param {Place} place
 * @param {string} judge
 */
async function tryBits(place, judge) {
  const examples = path.join(place.folder, "node_modules/lager-judge/examples");
  const hashes = [];
  for (const isolation of ["process", "none"]) {
    const run = path.join(place.folder, "run.jsonl");
    await lager(place, [
      ...["score", path.join(examples, "quickstart.jsonl")],
      ...["--task", path.join(examples, "quickstart.yaml"), "--judge", judge, "--layers", "all"],
      ...["--gpu", "off", "--threads", "1", "--isolation", isolation],
      ...["-q", "--force", "-o", run],
    ]);
    const text = readFileSync(run);
    assert.equal(text.toString().trim().split("\n").length, 37);
    hashes.push(createHash("sha256").update(text).digest("hex"));
  }
  assert.equal(hashes[0], hashes[1], "another engine's process has other bits");
  return hashes[0];
}

/** @param {Place} place */
async function tryServe(place) {
  const item = { id: "four", instruction: "What is 2 + 2?", response: "4" };
  const request = { id: 1, method: "score", item, criteria: ["accuracy"] };
  const text = await lager(
    place,
    ["serve", "--stdio", "-q", "--judge", place.tiny, "--gpu", "off", "--threads", "1"],
    `${JSON.stringify(request)}\n`,
  );
  const lines = text.trim().split("\n");
  const [hello, result] = lines.map((line) => JSON.parse(line));
  assert.deepEqual([lines.length, hello.type, result.type], [2, "hello", "result"]);
  assert.equal(result.outcomes[0].kind, "score");
  return lines;
}

/**
 * @param {Place} place
 * @param {"none" | "process"} isolation
 */
async function tryLibrary(place, isolation) {
  const probe = path.join(place.folder, "probe.mjs");
  const { stdout, lingering } = await run(place, [probe, place.tiny, isolation]);
  const { before, aborted, scored, after, killed, disposed } = JSON.parse(stdout);
  assert.equal(aborted, "ABORTED");
  assert.ok(scored < 100, `${scored} outcomes came before the abort`);
  assert.equal(after, before);
  if (isolation === "process" && process.platform === "linux") assert.equal(killed, before);
  assert.equal(disposed, "DISPOSED");
  assert.ok(lingering < MOST_LINGERING_MS, `it stayed for ${lingering.toFixed(0)} ms`);
  return before;
}

/**
 * Runs the command line, which must end well and say nothing on standard error.
 *
 * @param {Place} place
 * @param {readonly string[]} args
 * @param {string} [input]
 */
async function lager(place, args, input) {
  const main = path.join(place.folder, "node_modules/lager-judge/dist/cli/main.js");
  return (await run(place, [main, ...args], input)).stdout;
}

/**
 * @param {Place} place
 * @param {readonly string[]} args
 * @returns {Promise<{ stdout: string, lingering: number }>} `lingering`: ms from its last output to its end
 */
async function run({ folder, program, args: first }, args, input = "") {
  const child = spawn(program, [...first, ...args], {
    ...{ cwd: folder, timeout: MOST_MS, killSignal: "SIGKILL" },
  });
  let stdout = "";
  let stderr = "";
  let lastAt = performance.now();
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
    lastAt = performance.now();
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  child.stdin.end(input);
  const end = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(signal ?? code));
  });
  const lingering = performance.now() - lastAt;
  assert.deepEqual({ end, stderr }, { end: 0, stderr: "" }, `${args.join(" ")}: ${end}: ${stderr}`);
  return { stdout, lingering };
}
