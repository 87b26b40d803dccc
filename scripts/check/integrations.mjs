// Runs the examples of examples/ in the real tools: `npm run test:integrations [-- promptfoo …]`, after
// `npm run build`.
//
// Each tool is installed from the package registry into a folder of its own, with this package as npm packs
// it, and its example is run as the docs say, with the default judge. It takes minutes and some GB.
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { evalite } from "./integrations/evalite.mjs";
import { promptfoo } from "./integrations/promptfoo.mjs";
import { vitest } from "./integrations/vitest.mjs";
import { runProgram } from "./run-program.mjs";

const TOOLS = { promptfoo, evalite, vitest };
const ROOT = path.join(import.meta.dirname, "../..");

/** @typedef {import("./integrations/tool.d.ts").Tool} Tool */

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in TOOLS));
if (unknown.length > 0) throw new Error(`there are ${Object.keys(TOOLS).join(", ")}`);

const folder = await mkdtemp(path.join(tmpdir(), "lager-integrations-"));
let failed = 0;
try {
  const { stdout } = await npm(ROOT, "pack", "--ignore-scripts", "--pack-destination", folder);
  const tarball = path.join(folder, stdout.trim().split("\n").at(-1) ?? "");
  for (const [name, tool] of Object.entries(TOOLS)) {
    if (named.length > 0 && !named.includes(name)) continue;
    try {
      console.log(`ok   ${name}: ${await tryTool(name, tool, tarball)}`);
    } catch (error) {
      failed++;
      console.log(`FAIL ${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

/**
 * @param {string} cwd
 * @param {string[]} args
 */
function npm(cwd, ...args) {
  return runProgram("npm", args, { cwd, env: process.env });
}

/**
 * Installs a tool, runs its example and says what came of it.
 *
 * @param {string} name
 * @param {Tool} tool
 * @param {string} tarball of this package
 */
async function tryTool(name, tool, tarball) {
  const place = path.join(folder, name);
  await mkdir(place);
  await writeFile(path.join(place, "package.json"), '{ "private": true, "type": "module" }\n');
  await cp(path.join(ROOT, "examples", name), place, { recursive: true });
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  await npm(place, "install", ...quiet, "--omit=optional", "--ignore-scripts", tarball);
  await npm(place, "install", ...quiet, ...tool.packages);
  return tool.tryExample({
    folder: place,
    /** @param {string} command @param {readonly string[]} args */
    run(command, args) {
      const executable = path.join(place, "node_modules/.bin", command);
      return runProgram(executable, args, {
        cwd: place,
        env: { ...process.env, ...tool.environment },
      });
    },
  });
}
