// Tries the Python package in the real inspect_ai and deepeval: `npm run test:python`, after `npm run build`.
//
// A virtual environment is made, the packages are installed from the index that pip is configured with, and the
// examples run as the docs say, with the default judge. It takes minutes and about 1 GB.
import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { runProgram } from "./run-program.mjs";

const ROOT = path.join(import.meta.dirname, "../..");
const PACKAGES = ["inspect_ai==0.3.285", "deepeval==4.3.1"];

const folder = await mkdtemp(path.join(tmpdir(), "lager-python-"));
const bin = path.join(folder, "venv", process.platform === "win32" ? "Scripts" : "bin");

try {
  const venv = ["-m", "venv", path.join(folder, "venv")];
  await runProgram("python3", venv, { cwd: folder, env: process.env });
  await run("pip", ["install", "--quiet", path.join(ROOT, "python"), ...PACKAGES], folder);
  for (const name of ["inspect_ai", "deepeval"]) {
    await cp(path.join(ROOT, "examples", name), path.join(folder, name), { recursive: true });
  }
  console.log(`ok   client: ${await tryClient()}`);
  console.log(`ok   inspect_ai: ${await tryInspect(path.join(folder, "inspect_ai"))}`);
  console.log(`ok   deepeval: ${await tryDeepeval(path.join(folder, "deepeval"))}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/**
 * Runs a program of the virtual environment.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} cwd
 */
function run(program, args, cwd) {
  const env = {
    ...process.env,
    LAGER_COMMAND: path.join(ROOT, "dist/cli/main.js"),
    DEEPEVAL_TELEMETRY_OPT_OUT: "YES",
    CONFIDENT_METRIC_LOGGING_VERBOSE: "0",
  };
  return runProgram(path.join(bin, program), args, { cwd, env });
}

/** The client with the real server, which is killed in between. */
async function tryClient() {
  const program = `
import os, signal
from lager_judge import Judge, LagerError
item = {"instruction": "What is 2 + 2?", "response": "4"}
with Judge() as judge:
    (before,) = judge.score(item, criteria=["accuracy"])
    os.kill(judge._running()._process.pid, signal.SIGKILL)
    try:
        judge.score(item, criteria=["accuracy"])
    except LagerError as error:
        print(error.code)
    (after,) = judge.score(item, criteria=["accuracy"])
    print(before.score, before.raw == after.raw)
`;
  const { stdout } = await run("python", ["-c", program], folder);
  // The kill is noticed while a request runs, or before it is asked; then it is asked of a new server.
  assert.match(stdout.trim(), /^(ENGINE_CRASHED\n)?\d\.\d+ True$/);
  return stdout.trim().split("\n").join(", ");
}

/** @param {string} place */
async function tryInspect(place) {
  const log = ["--log-dir", "logs", "--log-format", "json", "--display", "plain"];
  await run("inspect", ["eval", "answers.py", "--model", "none/none", ...log], place);
  const [file = ""] = await readdir(path.join(place, "logs"));
  const { status, samples } = JSON.parse(await readFile(path.join(place, "logs", file), "utf8"));
  assert.equal(status, "success");
  /** @type {{value: number, explanation: string}[]} */
  const scores = samples.map((/** @type {any} */ sample) => sample.scores.lager);
  assert.equal(scores.length, 2);
  for (const { value, explanation } of scores) {
    assert.ok(value > 0 && value < 1);
    assert.match(explanation, /^helpfulness \d\.\d\d of 1–5; accuracy \d\.\d\d of 1–5$/);
  }
  return scores.map(({ value }) => value.toFixed(3)).join(", ");
}

/** @param {string} place */
async function tryDeepeval(place) {
  const { stdout } = await run("deepeval", ["test", "run", "test_answers.py"], place);
  assert.match(stdout, /Passed: 2 \| Failed: 0/, stdout);
  // It copies metrics: what they were made with must not be lost.
  assert.match(stdout, /reason=helpfulness/);
  assert.doesNotMatch(stdout, /accuracy|coherence/);
  return "2 passed, on helpfulness alone";
}
