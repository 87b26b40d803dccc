// Proves that this package's CPU kernels change no bit of a model's logits and hidden states: each model is decoded
// with them and without them, in two processes, beside each variant of ggml's CPU plugin.
//
//   node scripts/research/bits/kernels.mjs VARIANT[,VARIANT…] MODEL…
//
// VARIANT is haswell, alderlake, zen4, …: a variant of build/lib that this processor runs. MODEL is a GGUF file or a
// folder of them. Exit 1 where a bit differs, or where the kernels computed nothing of any model. Needs
// `npm run build:native`.
import { execFile } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const BUILD = fileURLToPath(new URL("../../../build", import.meta.url));
const LIBRARIES = path.join(BUILD, "lib");
const PROGRAM = path.join(BUILD, "native", "tools", "lager-logit-digest");

const [variants, ...named] = process.argv.slice(2);
if (variants === undefined || named.length === 0) {
  console.error("usage: node scripts/research/bits/kernels.mjs VARIANT[,VARIANT…] MODEL…");
  process.exit(2);
}

const models = (await Promise.all(named.map(filesOf))).flat();
let differing = 0;
for (const variant of variants.split(",")) {
  const sum = { models: 0, refused: 0, numbers: 0, differing: 0, operations: 0 };
  for (const model of models) {
    const ours = await digest(variant, model, undefined);
    const theirs = await digest(variant, model, "off");
    if (ours === null && theirs === null) {
      sum.refused++;
      continue;
    }
    sum.models++;
    sum.numbers += ours?.numbers ?? 0;
    sum.operations += ours?.operations ?? 0;
    if (ours?.bits === theirs?.bits && ours?.numbers === theirs?.numbers) continue;
    sum.differing++;
    console.log(`${variant}: ${path.basename(model)} differs`);
  }
  differing += sum.differing + (sum.operations === 0 ? 1 : 0);
  console.log(`${variant}: ${JSON.stringify(sum)}`);
}
process.exit(differing === 0 ? 0 : 1);

/**
 * @param {string} name
 * @returns {Promise<string[]>}
 */
async function filesOf(name) {
  if (!(await stat(name)).isDirectory()) return [name];
  const files = (await readdir(name)).filter((file) => file.endsWith(".gguf")).sort();
  return files.map((file) => path.join(name, file));
}

/**
 * @param {string} variant
 * @param {string} model
 * @param {string | undefined} kernels value of LAGER_KERNELS
 * @returns {Promise<{numbers: number, bits: string, operations: number} | null>} null for a model that is refused
 */
async function digest(variant, model, kernels) {
  const { LAGER_KERNELS: _, ...rest } = process.env;
  const env = { ...rest, LAGER_CPU_VARIANT: variant };
  try {
    const { stdout } = await promisify(execFile)(PROGRAM, [LIBRARIES, model], {
      env: kernels === undefined ? env : { ...env, LAGER_KERNELS: kernels },
    });
    const [numbers = "", bits = "", operations = ""] = stdout.trim().split(" ");
    return { numbers: Number(numbers), bits, operations: Number(operations) };
  } catch {
    return null;
  }
}
