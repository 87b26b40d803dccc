import { readFileSync } from "node:fs";
import { fileTarget } from "./file-target.mjs";
import { mutateBytes, mutateValue } from "./mutate.mjs";
import { seedFiles } from "./seeds.mjs";

/**
 * A file that is changed byte by byte.
 *
 * @param {string} name
 * @param {(files: Record<string, string>) => string} seedOf
 * @param {(file: string, files: any) => Promise<unknown>} read
 */
export function byteTarget(name, seedOf, read) {
  return fileTarget({
    name,
    prepare: seedFiles,
    seed: (files) => readFileSync(seedOf(files)),
    change: mutateBytes,
    encode: (bytes) => bytes,
    read,
  });
}

/**
 * A file of lines of JSON, or of one value, of which steps change values, or bytes of the whole.
 *
 * @param {string} name
 * @param {(files: Record<string, string>) => string} seedOf
 * @param {(file: string, files: any) => Promise<unknown>} read
 */
export function jsonTarget(name, seedOf, read) {
  return fileTarget({
    name,
    prepare: seedFiles,
    seed: (files) => readFileSync(seedOf(files)),
    change(bytes, random) {
      if (random.chance(0.3)) return mutateBytes(bytes, random);
      const lines = bytes.toString().split("\n").filter(Boolean);
      const at = random.below(random.chance(0.5) ? 1 : lines.length);
      try {
        lines[at] = JSON.stringify(mutateValue(JSON.parse(lines[at] ?? ""), random)) ?? "";
      } catch {
        // An earlier step broke the line.
        return mutateBytes(bytes, random);
      }
      return Buffer.from(`${lines.join("\n")}\n`);
    },
    encode: (bytes) => bytes,
    read,
  });
}
