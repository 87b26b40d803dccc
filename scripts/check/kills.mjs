// Kills runs at random moments and goes on with them: nothing may be lost or doubled, and every number
// must be that of a run that was not interrupted.
//
//   node scripts/check/kills.mjs [--kills 50] [--target parent|child] [--judge FILE] [--seed 1]
//                                [--records 300] [--isolation process|none]
//
// `parent` kills `lager score` itself, and goes on with --resume; `child` kills the engine's process below
// it, which lager must survive by itself. Each kill is of another scenario: a run, a run with hidden
// states, and (parent) a run that is gone on with after its data changed. Needs `npm run build`, and the
// tests' models (`npm run test:cpp`) unless a judge is given.
import { execFileSync, spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { SeededDraw } from "../research/bits/seeded-draw.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    kills: { type: "string", default: "50" },
    target: { type: "string", default: "parent" },
    judge: { type: "string", default: path.join(ROOT, "build/fixtures/llama-bpe-untied.gguf") },
    seed: { type: "string", default: "1" },
    records: { type: "string", default: "300" },
    isolation: { type: "string", default: "process" },
  },
});
const KILLS = Number(options.kills);
const RECORDS = Number(options.records);
if (options.target !== "parent" && options.target !== "child") {
  throw new Error(`--target is parent or child, not ${options.target}`);
}
const SCENARIOS =
  options.target === "parent" ? ["plain", "hidden", "changed"] : ["plain", "hidden"];

const folder = mkdtempSync(path.join(tmpdir(), "lager-kills-"));
const at = (/** @type {string} */ name) => path.join(folder, name);
const draw = new SeededDraw(Number(options.seed));

/** Writes the data; every third record is another where it has changed, and one is broken. */
function writeData(/** @type {string} */ file, /** @type {boolean} */ hasChanged) {
  const lines = Array.from({ length: RECORDS }, (_, i) => {
    const changed = hasChanged && i % 3 === 1 ? " Or so it seems." : "";
    const response = "It is. ".repeat(1 + (i % 17)) + changed;
    return JSON.stringify({ id: `item ${i}`, instruction: `Is ${i} a number?`, response });
  });
  lines[5] = '{"id":"broken"}';
  writeFileSync(file, `${lines.join("\n")}\n`);
}

writeData(at("input.jsonl"), false);
writeData(at("input-changed.jsonl"), true);
writeFileSync(
  at("task.json"),
  JSON.stringify({
    name: "one",
    scale: { min: 1, max: 5 },
    criteria: [{ name: "quality", description: "Is it good?" }],
  }),
);

/** Starts lager score; it ends with 1, as one record is broken. */
function start(/** @type {string} */ scenario, /** @type {string} */ output, resume = false) {
  const child = spawn(
    process.execPath,
    [
      ...[path.join(ROOT, "dist/cli/main.js"), "score"],
      at(scenario === "changed" ? "input-changed.jsonl" : "input.jsonl"),
      ...["--task", at("task.json"), "--judge", options.judge, "--gpu", "off", "--threads", "1"],
      ...["--isolation", options.isolation, "-q", "-o", output],
      ...(scenario === "plain" ? [] : ["--capture", "hidden:2"]),
      ...(resume ? ["--resume"] : []),
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const end = new Promise((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stderr }));
  });
  return { child, end };
}

/** Processes below another. */
function childrenOf(/** @type {number} */ pid) {
  try {
    const text =
      process.platform === "linux"
        ? readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
        : execFileSync("pgrep", ["-P", String(pid)], { encoding: "utf8" });
    return text.trim().split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function isRunning(/** @type {number} */ pid) {
  try {
    process.kill(pid, 0);
    // A zombie that nobody has waited for runs no more.
    const stat = process.platform === "linux" ? readFileSync(`/proc/${pid}/stat`, "utf8") : "";
    return !/\) Z /.test(stat);
  } catch {
    return false;
  }
}

function hiddenOf(/** @type {string} */ file) {
  return file.replace(/\.jsonl$/, ".hidden.safetensors");
}

/** How much was decoded anew is no figure of a score. */
function figures(/** @type {string} */ file) {
  return readFileSync(file, "utf8").replaceAll(/"reusedTokens":\d+/g, "");
}

/** What is wrong with a run that was killed and not yet gone on with. */
function problemOfKilled(/** @type {string} */ file) {
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  const ids = lines.slice(1).map((line) => JSON.parse(line).id);
  return new Set(ids).size === ids.length ? null : "a line is doubled";
}

/** What is wrong with a run that has come to its end. */
function problemOf(/** @type {string} */ scenario, /** @type {string} */ file) {
  const whole = at(`${scenario}.jsonl`);
  if (figures(file) !== figures(whole)) return "its lines are others";
  if (scenario === "plain") return null;
  const isSame = readFileSync(hiddenOf(file)).equals(readFileSync(hiddenOf(whole)));
  return isSame ? null : "its hidden states are others";
}

/** Runs that nobody interrupts, and how long they take. */
const durations = new Map();
for (const scenario of ["plain", "hidden", "changed"]) {
  const startedAt = performance.now();
  const { code, stderr } = await start(scenario, at(`${scenario}.jsonl`)).end;
  if (code !== 1) throw new Error(`the uninterrupted run ended with ${code}: ${stderr}`);
  durations.set(scenario, performance.now() - startedAt);
}

const counts = { kills: 0, tooLate: 0, orphans: 0 };
const problems = [];
const file = at("killed.jsonl");

/** Puts the run back to where the scenario begins. */
function begin(/** @type {string} */ scenario) {
  for (const end of [".jsonl", ".jsonl.lock", ".jsonl.next", ".hidden.safetensors"]) {
    for (const more of ["", ".part", ".next"]) rmSync(at(`killed${end}${more}`), { force: true });
    for (const more of ["", ".part"]) rmSync(at(`killed.anew${end}${more}`), { force: true });
  }
  if (scenario !== "changed") return false;
  copyFileSync(at("hidden.jsonl"), file);
  copyFileSync(hiddenOf(at("hidden.jsonl")), hiddenOf(file));
  return true;
}

/** Kills a run of `lager score`; false where it was over by then. */
async function killParent(/** @type {string} */ scenario, /** @type {boolean} */ resume) {
  const { child, end } = start(scenario, file, resume);
  await Promise.race([end, wait(draw.share() * durations.get(scenario))]);
  const below = childrenOf(child.pid ?? 0);
  child.kill("SIGKILL");
  const { signal, code, stderr } = await end;
  if (signal !== "SIGKILL") {
    counts.tooLate++;
    if (code !== 1) problems.push(`${scenario}: it ended with ${code}: ${stderr}`);
    return false;
  }
  counts.kills++;
  const problem = problemOfKilled(file);
  if (problem !== null) problems.push(`${scenario}: ${problem}`);
  await wait(2000 * Number(below.some(isRunning)));
  for (const pid of below) if (isRunning(pid)) counts.orphans++;
  return true;
}

while (counts.kills < KILLS) {
  const scenario = SCENARIOS[counts.kills % SCENARIOS.length] ?? "plain";
  let resume = begin(scenario);
  if (options.target === "parent") {
    // Sometimes what goes on is killed as well.
    while ((await killParent(scenario, resume)) && counts.kills < KILLS && draw.share() < 0.4) {
      resume = true;
    }
    const { code, stderr } = await start(scenario, file, true).end;
    if (code !== 1) problems.push(`${scenario}: --resume ended with ${code}: ${stderr}`);
  } else {
    const { child, end } = start(scenario, file);
    // Before the run has begun there is nothing to lose: a load that is killed is an error.
    while (!existsSync(file) && child.exitCode === null) await wait(5);
    await Promise.race([end, wait(draw.share() * durations.get(scenario) * 0.7)]);
    const [engine] = childrenOf(child.pid ?? 0);
    if (engine === undefined) counts.tooLate++;
    else {
      process.kill(engine, "SIGKILL");
      counts.kills++;
    }
    const { code, stderr } = await end;
    if (code !== 1) problems.push(`${scenario}: it ended with ${code}: ${stderr}`);
  }
  const problem = problemOf(scenario, file);
  if (problem !== null) problems.push(`${scenario}: ${problem}`);
  if (problems.length > 0) break;
}

console.log(
  `${counts.kills} kills of the ${options.target} in ${SCENARIOS.join(", ")}: ` +
    `${problems.length} problems, ${counts.orphans} engines left behind ` +
    `(${counts.tooLate} tries came too early or too late)`,
);
for (const problem of problems) console.log(problem);
if (problems.length + counts.orphans > 0) {
  console.log(`its files are in ${folder}`);
  process.exitCode = 1;
} else {
  rmSync(folder, { recursive: true });
}
