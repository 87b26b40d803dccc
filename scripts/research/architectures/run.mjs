// Checks the score head on every architecture that llama.cpp knows: builds llama.cpp's own test
// program, lets it write a tiny random model of each, runs verify_judge on every file in a process
// of its own, and writes RESULTS.md. Needs `npm run build:native` first. Some minutes, and 1 GB in
// build/architectures. Exit 1 when a model crashes or hangs, when one passes with a difference or
// with bits that depend on settings, or when too few pass.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** What the project promises: at least so many of the models are judged with, bit for bit. */
const LEAST_SUPPORTED = 119;
const WRITE_TIMEOUT_MS = 5 * 60_000;
const VERIFY_TIMEOUT_MS = 2 * 60_000;
/** Exit codes with which verify_judge gives an answer. */
const SUPPORTED = 0;
const REFUSED = 3;

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../../..");
const libraries = path.join(root, "build", "lib");
const verifier = path.join(root, "build", "native", "tools", "verify_judge");
const buildFolder = path.join(root, "build", "architectures");
const models = path.join(buildFolder, "models");
const { tag: release } = JSON.parse(
  readFileSync(path.join(root, "node_modules/node-llama-cpp/llama/llama.cpp.info.json"), "utf8"),
);
const llama = path.join(root, "build", `llama.cpp-${release}`);

for (const needed of [verifier, libraries, llama]) {
  if (!existsSync(needed)) {
    fail(`${path.relative(root, needed)} is not there: run \`npm run build:native\` first`);
  }
}
writeModels();
const results = readdirSync(models)
  .filter((name) => name.endsWith(".gguf"))
  .sort()
  .map(verify);
const counts = {
  models: results.length,
  supported: results.filter(({ state }) => state === "supported").length,
  refused: results.filter(({ state }) => state === "refused").length,
  crashed: results.filter(({ state }) => state === "crashed").length,
  inexact: results.filter(
    ({ state, maxDifference }) => state === "supported" && maxDifference !== 0,
  ).length,
  changeable: results.filter(({ state, changedBy }) => state === "supported" && changedBy !== null)
    .length,
};
writeFileSync(path.join(here, "RESULTS.md"), report());
console.log(
  Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(", "),
);
const wrong = counts.crashed + counts.inexact + counts.changeable;
if (wrong > 0 || counts.supported < LEAST_SUPPORTED) {
  fail(`none may crash or differ, and at least ${LEAST_SUPPORTED} must be supported`);
}

function writeModels() {
  command("cmake", [
    "-S",
    here,
    "-B",
    buildFolder,
    `-DLLAMA=${llama}`,
    `-DGGML_LIBRARIES_DIR=${libraries}`,
  ]);
  command("cmake", ["--build", buildFolder, "--parallel", String(availableParallelism())]);
  rmSync(models, { recursive: true, force: true });
  mkdirSync(models, { recursive: true });
  command(path.join(buildFolder, "write_architectures"), ["-o", models], WRITE_TIMEOUT_MS);
}

/**
 * Runs a program to its end; its output is shown only when it fails.
 *
 * @param {string} program
 * @param {readonly string[]} words
 * @param {number} [timeout] in ms
 */
function command(program, words, timeout) {
  const { status, signal, error, stdout, stderr } = spawnSync(program, words, {
    ...{ cwd: root, encoding: "utf8", timeout, maxBuffer: 1 << 28 },
  });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ""}${stderr ?? ""}`.slice(-20_000));
  fail(`${path.basename(program)} failed (${error?.message ?? signal ?? `exit ${status}`})`);
}

/**
 * What verify_judge prints: whether the judge is supported, and if not, why.
 *
 * @typedef {{architecture: string | null, layers: number | null, captured: number | null,
 *   maxDifference: number | null, changedBy: string | null, reason?: string | null | undefined}} Facts
 * @typedef {Facts & {supported: boolean}} Answer
 * @typedef {Facts & {file: string, state: "supported" | "refused" | "crashed"}} Result
 */

/**
 * One file's result. `state` is `crashed` too when verify_judge hangs or gives no answer.
 *
 * @param {string} name
 * @returns {Result}
 */
function verify(name) {
  const file = path.join(models, name);
  const { status, signal, error, stdout, stderr } = spawnSync(verifier, [libraries, file], {
    encoding: "utf8",
    timeout: VERIFY_TIMEOUT_MS,
    killSignal: "SIGKILL",
  });
  const answer = parseAnswer(stdout);
  if (answer !== null && status === (answer.supported ? SUPPORTED : REFUSED)) {
    return {
      ...answer,
      file: name,
      state: answer.supported ? "supported" : "refused",
      reason: answer.reason?.replaceAll(file, name),
    };
  }
  const timedOut = error !== undefined && "code" in error && error.code === "ETIMEDOUT";
  const end = timedOut ? "timed out" : (signal ?? `exit ${status}`);
  const last = (stderr ?? "").trim().split("\n").at(-1) ?? "";
  console.error(`${name}: ${end} ${last}`);
  return {
    file: name,
    state: "crashed",
    architecture: answer?.architecture ?? null,
    layers: null,
    captured: null,
    maxDifference: null,
    changedBy: null,
    reason: `no answer: ${end}`,
  };
}

/**
 * @param {string} text
 * @returns {Answer | null}
 */
function parseAnswer(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // cut off by a crash, or a difference that is not a number
  }
}

function report() {
  const rows = results.map(
    ({ file, architecture, layers, captured, maxDifference, changedBy, state, reason }) =>
      [
        ...[file, architecture, layers, captured, maxDifference],
        ...[state === "supported" ? (changedBy ?? "the same") : null, state, reason],
      ]
        .map((cell) =>
          String(cell ?? "–")
            .replaceAll("|", "\\|")
            .replaceAll("\n", " "),
        )
        .join(" | "),
  );
  return `# Every architecture of llama.cpp

Written by \`npm run architectures\`; do not edit.

llama.cpp ${release}'s own test program writes a tiny random model of every architecture it knows.
On each of them the replayed score head is compared with llama.cpp's own logits of the same decode,
with the probe in one ubatch and split over several. A difference of 0 means the same bits.

Then all layers' logits of prompts of 90 and 530 tokens are compared with themselves: decoded in
batches of 36, 80, 512 and 1024, in other contexts, on one thread and two, and behind prompts that
share a beginning with them. "the same" means that nothing changed a bit; else it says what did.

- Models: ${counts.models}
- Supported: ${counts.supported}, of which ${counts.supported - counts.inexact} without one bit of difference
- Of those with the same bits under all settings: ${counts.supported - counts.changeable}
- Refused with a reason: ${counts.refused}
- Crashed or hung: ${counts.crashed}

Captured rows are the layers and, where the graph names it, the token embedding.

| file | architecture | layers | captured rows | largest difference | under other settings | result | reason |
| --- | --- | ---: | ---: | ---: | --- | --- | --- |
${rows.map((row) => `| ${row} |`).join("\n")}
`;
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(`architectures: ${message}`);
  process.exit(1);
}
