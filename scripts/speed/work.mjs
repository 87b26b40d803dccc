import { readFile } from "node:fs/promises";
import { SeededDraw } from "../research/bits/seeded-draw.mjs";

/**
 * Records of a JSON array or of JSON Lines.
 *
 * @param {string} file
 * @returns {Promise<Record<string, unknown>[]>}
 */
export async function readRecords(file) {
  const text = await readFile(file, "utf8");
  if (text.trimStart().startsWith("[")) return JSON.parse(text);
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line));
}

/**
 * `values` cut into `count` blocks that follow each other, as equal in size as can be.
 *
 * @template T
 * @param {readonly T[]} values
 * @param {number} count
 */
export function blocksOf(values, count) {
  /** @param {number} i */
  const edge = (i) => Math.round((values.length * i) / count);
  return Array.from({ length: count }, (_, i) => values.slice(edge(i), edge(i + 1))).filter(
    (block) => block.length > 0,
  );
}

/**
 * The same values in a drawn order, always the same one.
 *
 * @template T
 * @param {readonly T[]} values
 */
export function shuffled(values) {
  return new SeededDraw(1).shuffled(values);
}
