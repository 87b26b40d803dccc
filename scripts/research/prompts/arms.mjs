// A run of one prompt, and its scores beside those of the rating.

import { criterionSeparation } from "../../../dist/analysis/eval/criterion-separation.js";
import { trainingSet } from "../../../dist/analysis/tune/training-set.js";
import { Pacer } from "../../../dist/base/pacer.js";
import { readRun, readRunTable } from "../../../dist/index.js";

/**
 * @typedef {import("../../../dist/analysis/tune/training-set.js").TrainingSet} TrainingSet
 * @typedef {import("../../../dist/index.js").RunTable} RunTable
 * @typedef {{set: TrainingSet, own: Float64Array, base: Float64Array}} Pair
 *   a method's scores and the rating's on the rows that both have
 * @typedef {object} Arm
 * @property {RunTable} table
 * @property {TrainingSet} set
 * @property {ReadonlyMap<string, number>} tokensOf new tokens a reply by criterion
 * @property {number} perReply new tokens a reply
 * @property {(scores: ReadonlyMap<string, number>) => Pair} onLines
 */

const RESAMPLES = 1_000;

/**
 * @param {readonly string[]} files
 * @returns {Promise<Arm>}
 */
export async function readArm(files) {
  const table = await readRunTable(files);
  const layers = Array.from({ length: table.header.judge.layers }, (_, i) => i + 1);
  const set = trainingSet(table, { projection: "normed", layers });
  const tokensOf = await newTokens(files);
  return {
    ...{ table, set, tokensOf },
    perReply: [...tokensOf.values()].reduce((sum, each) => sum + each, 0),
    onLines: (scores) => {
      const whole = wholeRecords(set, scores);
      const part = partOf(set, (row) => whole.has(set.table.recordOf[set.lines[row] ?? 0] ?? -1));
      const own = Float64Array.from(
        part.lines,
        (line) => scores.get(keyOf(table, line)) ?? Number.NaN,
      );
      return { set: part, own, base: part.eScores };
    },
  };
}

/** A line's record and criterion. */
export const lineName = (/** @type {string} */ record, /** @type {string} */ criterion) =>
  `${record} ${criterion}`;

/**
 * E-scores by record and criterion.
 *
 * @param {TrainingSet} set
 */
export function eScoresOf(set) {
  return new Map(
    Array.from(set.lines, (line, row) => [keyOf(set.table, line), set.eScores[row] ?? Number.NaN]),
  );
}

/**
 * Rows of a set as a set of their own.
 *
 * @param {TrainingSet} set
 * @param {(row: number) => boolean} isKept
 * @returns {TrainingSet}
 */
export function partOf(set, isKept) {
  const rows = [...set.lines.keys()].filter(isKept);
  const pick = (/** @type {ArrayLike<number>} */ column) => rows.map((row) => column[row] ?? 0);
  return {
    ...set,
    lines: Int32Array.from(pick(set.lines)),
    criterionOf: Int32Array.from(pick(set.criterionOf)),
    groupOf: Int32Array.from(pick(set.groupOf)),
    targets: Float64Array.from(pick(set.targets)),
    eScores: Float64Array.from(pick(set.eScores)),
  };
}

/**
 * How far scores of two criteria of one reply agree, the method's and people's.
 *
 * @param {TrainingSet} set
 * @param {Float64Array} scores
 * @param {number} seed
 */
export async function separationOf(set, scores, seed) {
  const { table, lines, groupOf } = set;
  const unitOf = new Int32Array(table.lines).fill(-1);
  const all = new Float64Array(table.lines).fill(Number.NaN);
  const numbers = new Map([...new Set(groupOf)].map((group, unit) => [group, unit]));
  for (const [row, line] of lines.entries()) {
    unitOf[line] = numbers.get(groupOf[row] ?? -1) ?? -1;
    all[line] = scores[row] ?? Number.NaN;
  }
  const sample = {
    ...{ lines, linesOf: [], unitOf, unitCount: numbers.size, averaged: [] },
    unit: /** @type {const} */ ("group"),
  };
  const method = {
    ...{ method: "prompt", description: "", layers: [], projection: null, scores: all },
    kind: /** @type {const} */ ("baseline"),
  };
  const found = await criterionSeparation(table, sample, [method], {
    ...{ resamples: RESAMPLES, seed, pacer: new Pacer(undefined, "the comparison") },
  });
  if (found === null) return null;
  return { method: found.methods[0]?.agreement.value ?? null, human: found.human.value };
}

/**
 * @param {TrainingSet} set
 * @param {ReadonlyMap<string, number>} scores
 */
function wholeRecords({ table, lines, criteria }, scores) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const line of lines) {
    if (!scores.has(keyOf(table, line))) continue;
    const record = table.recordOf[line] ?? -1;
    counts.set(record, (counts.get(record) ?? 0) + 1);
  }
  return new Set(
    [...counts].filter(([, count]) => count === criteria.length).map(([record]) => record),
  );
}

/**
 * The id of a line's record.
 *
 * @param {RunTable} table
 * @param {number} line
 */
export function recordName({ records, recordOf }, line) {
  return records[recordOf[line] ?? -1] ?? "";
}

/**
 * A line's name.
 *
 * @param {RunTable} table
 * @param {number} line
 */
export function keyOf(table, line) {
  return lineName(recordName(table, line), table.criteria[table.criterionOf[line] ?? -1] ?? "");
}

/**
 * Tokens that were decoded for a reply's prompts, of each criterion; what its prompts share counts for
 * the first.
 *
 * @param {readonly string[]} files
 */
async function newTokens(files) {
  /** @type {Map<string, number>} */
  const sums = new Map();
  /** @type {Set<string>} */
  const records = new Set();
  for (const file of files) {
    for await (const line of (await readRun(file)).lines) {
      if (line.kind === "failure") continue;
      records.add(line.id);
      const own = line.promptTokens - line.reusedTokens;
      sums.set(line.criterion, (sums.get(line.criterion) ?? 0) + own);
    }
  }
  return new Map([...sums].map(([criterion, sum]) => [criterion, sum / records.size]));
}
