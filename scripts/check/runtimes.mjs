// Tries the packages under other runtimes: `npm run test:runtimes [-- Bun "Node 22" …]`, after
// `npm run packages` and `npm run test:cpp` (which generates the tiny judge).
//
// The packages are installed as somebody would, from a registry on loopback, and each runtime is fetched from
// the package registry. What runs under each is compared with the Node that runs this script: the bits of the
// scores and of all layers' logits, the command line, the server, and what a program does with the library.
// The table is for docs/measurements/runtimes.md. Exit 1 where a runtime cannot do something or gives
// other bits.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { startRegistry } from "./installs/registry.mjs";
import { fetchRuntime, install, RUNTIMES } from "./runtimes/programs.mjs";
import { TRIES } from "./runtimes/tries.mjs";

const ROOT = path.join(import.meta.dirname, "../..");
const TINY = path.join(ROOT, "build/fixtures/llama-bpe-untied.gguf");
const JUDGE = "smollm2-135m";

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in RUNTIMES));
if (unknown.length > 0) throw new Error(`there are ${Object.keys(RUNTIMES).join(", ")}`);
if (!existsSync(TINY)) throw new Error(`${TINY} is not there: run \`npm run test:cpp\``);

const folder = mkdtempSync(path.join(tmpdir(), "lager-runtimes-"));
const place = path.join(folder, "place");
/** @type {string[]} */
const reasons = [];
try {
  await installPackages();
  const reference = await triedBy(process.execPath, []);
  const failed = Object.entries(reference).find(([, { problem }]) => problem !== undefined);
  if (failed !== undefined) throw new Error(`${process.version}: ${failed.join(": ")}`);
  console.log(`compared with Node ${process.version}\n`);
  console.log(`| runtime | ${Object.keys(TRIES).join(" | ")} |`);
  console.log(`| --- | ${Object.keys(TRIES).fill("---").join(" | ")} |`);
  for (const [name, runtime] of Object.entries(RUNTIMES)) {
    if (named.length > 0 && !named.includes(name)) continue;
    const program = await fetchRuntime(runtime, path.join(folder, name.replace(" ", "-")));
    const version = execFileSync(program, ["--version"], { encoding: "utf8" });
    const tried = await triedBy(program, runtime.args);
    const full = `${name.split(" ")[0]} ${/\d+\.\d+\.\d+/.exec(version)?.[0]}`;
    const cells = Object.entries(tried).map(([what, { result, problem }]) => {
      const isSame = isDeepStrictEqual(result, reference[what]?.result);
      if (problem === undefined && isSame) return "same";
      reasons.push(`${full}, ${what}: ${problem ?? "it gives another result"}`);
      return problem === undefined ? "OTHER" : "FAIL";
    });
    console.log(`| ${[full, ...cells].join(" | ")} |`);
  }
  for (const reason of reasons) console.log(`\n${reason}`);
  console.log(`\nbits, tiny: ${reference["bits, tiny"]?.result}`);
  console.log(`bits, default: ${reference["bits, default"]?.result}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = reasons.length === 0 ? 0 : 1;

/** Into the place, from a registry on loopback that has ours. */
async function installPackages() {
  const registry = await startRegistry(path.join(ROOT, "build/packages"));
  try {
    await install(place, ["lager-judge"], { npm_config_registry: registry.url });
  } finally {
    registry.close();
  }
  cpSync(path.join(import.meta.dirname, "runtimes/probe.mjs"), path.join(place, "probe.mjs"));
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {Promise<Record<string, { result?: unknown, problem?: string }>>}
 */
async function triedBy(program, args) {
  /** @type {Record<string, { result?: unknown, problem?: string }>} */
  const tried = {};
  for (const [what, attempt] of Object.entries(TRIES)) {
    try {
      const result = await attempt({ folder: place, program, args, tiny: TINY, judge: JUDGE });
      tried[what] = { result };
    } catch (error) {
      tried[what] = { problem: error instanceof Error ? error.message : String(error) };
    }
  }
  return tried;
}
