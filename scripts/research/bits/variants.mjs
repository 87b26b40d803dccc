// The default judge in every family of weights that ggml has CPU kernels of its own for.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const BUILD = fileURLToPath(new URL("../../../build", import.meta.url));

/**
 * Weights → kernels that multiply them on a CPU with AVX2 or better, and how they are made.
 *
 * @type {Readonly<Record<string, {readonly family: string, readonly made: readonly string[] | null}>>}
 */
export const VARIANTS = {
  Q4_1: { family: "plain quantised", made: null },
  Q8_0: { family: "plain quantised", made: ["Q8_0"] },
  Q6_K: { family: "plain quantised", made: ["Q6_K"] },
  F32: { family: "float", made: ["F32"] },
  F16: { family: "float", made: ["F16"] },
  BF16: { family: "float", made: ["BF16"] },
  Q4_0: { family: "repacked", made: ["Q4_0", "--pure"] },
  Q4_K_M: { family: "repacked", made: ["Q4_K_M"] },
};

/**
 * Path of the default judge with that kind of weights. Q4_1 is the judge as it is shipped; the
 * others are made from it once and kept in build/bits.
 *
 * @param {string} name one of VARIANTS
 * @param {string} shipped path of the default judge
 */
export async function variantFile(name, shipped) {
  const made = VARIANTS[name]?.made;
  if (made === undefined) throw new Error(`there is no variant ${name}`);
  if (made === null) return shipped;
  const folder = path.join(BUILD, "bits");
  const file = path.join(folder, `smollm2-135m-${name}.gguf`);
  if (existsSync(file)) return file;
  await mkdir(folder, { recursive: true });
  const unfinished = `${file}.${process.pid}.part`;
  const program = path.join(BUILD, "native", "tools", "lager-requantize");
  await promisify(execFile)(program, [shipped, unfinished, ...made]);
  await rename(unfinished, file);
  return file;
}
