// What the scripts in this folder share: the built package, and the model named on the command line.
import { JudgeEngine } from "../../../dist/engine/native/judge-engine.js";

export const file = process.argv[2] ?? "";

export const labels = Int32Array.of(40, 41, 42, 43, 44);

/** @param {number} length */
export function prompt(length) {
  return Int32Array.from({ length }, (_, i) => (i * 7919 + 11) % 30_000);
}

/** @param {string} file */
export function load(file) {
  return JudgeEngine.load(file, { gpu: "off", threads: 1 });
}
