import { LagerError } from "../../base/errors.ts";
import { Pacer } from "../../base/pacer.ts";
import type { RunTable } from "../../run/run-table.ts";
import { priorContrast } from "../../scoring/score/layer-features.ts";
import { lineDistribution } from "../eval/layer-scores.ts";
import { seededRandom, shuffledIndices } from "../stats/random.ts";
import { PivotedVariance } from "./pivoted-variance.ts";

/**
 * How lines are picked for people to rate.
 *
 * - `random`: whole records, on all their criteria, drawn at random. What is measured on them holds for
 *   all records of the run, and in nine runs nothing else was better to learn from.
 * - `record`: whole records, on all their criteria: those of whose scores a linear function of the
 *   layers would be least sure (pivoted variance).
 * - `criterion`: each record on one criterion only, drawn from strata of the judge's own score: more
 *   records for as many ratings.
 */
export const PICK_RULES = ["random", "record", "criterion"] as const;
export type PickRule = (typeof PICK_RULES)[number];

export interface PickOptions {
  /** Ratings to give; the last record may take them over it. */
  readonly count: number;
  /** Default: `random`. */
  readonly by?: PickRule | undefined;
  /** Of the draws of `random` and `criterion`. Default: 42. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Picks lines of a run to be rated, without looking at any human score.
 *
 * @returns Lines of the table, in the order in which to rate them: wherever one stops, what was rated
 *   by then was the best to begin with.
 * @throws LagerError `INVALID_ARGUMENT` when the run holds no score or nothing is asked for, `ABORTED`.
 */
export async function pickRatings(table: RunTable, options: PickOptions): Promise<number[]> {
  const { count, by = "random", seed = 42, signal } = options;
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new LagerError("INVALID_ARGUMENT", `at least one rating is planned, not ${count}`);
  }
  if (table.lines === 0) {
    throw new LagerError("INVALID_ARGUMENT", "the run holds no score, so there is nothing to rate");
  }
  const pacer = new Pacer(signal, "planning the ratings");
  switch (by) {
    case "random":
      return drawRecords(table, count, seed);
    case "record":
      return pickRecords(table, count, pacer);
    case "criterion":
      return pickCriteria(table, count, seed, pacer);
  }
}

function drawRecords(table: RunTable, count: number, seed: number): number[] {
  const records = linesByRecord(table).filter((lines) => lines.length > 0);
  const picked: number[] = [];
  for (const record of shuffledIndices(records.length, seededRandom(seed))) {
    if (picked.length >= count) break;
    picked.push(...(records[record] as number[]));
  }
  return picked;
}

async function pickRecords(table: RunTable, count: number, pacer: Pacer): Promise<number[]> {
  const layers = table.header.judge.layers;
  const design = new PivotedVariance(await layerFeatures(table, pacer), layers);
  const linesOf = linesByRecord(table);
  const left = new Set(linesOf.keys());
  for (const [record, lines] of linesOf.entries()) if (lines.length === 0) left.delete(record);
  const picked: number[] = [];
  while (picked.length < count && left.size > 0) {
    let best = -1;
    let most = Number.NEGATIVE_INFINITY;
    for (const record of left) {
      let variance = 0;
      for (const line of linesOf[record] as number[]) variance += design.variance[line] as number;
      if (variance <= most) continue;
      most = variance;
      best = record;
    }
    // Where no layer was captured there is no variance that could be compared.
    if (best === -1) best = left.values().next().value as number;
    left.delete(best);
    for (const line of linesOf[best] as number[]) {
      design.choose(line);
      picked.push(line);
      await pacer.rest();
    }
  }
  return picked;
}

/** Of each layer its expectation, standardised over each criterion's lines. Shape [lines, layers]. */
async function layerFeatures(table: RunTable, pacer: Pacer): Promise<Float32Array> {
  const { layers } = table.header.judge;
  const distribution = lineDistribution(table, "normed");
  const features = new Float32Array(table.lines * layers);
  for (let line = 0; line < table.lines; line++) {
    for (let layer = 1; layer <= layers; layer++) {
      distribution.layer(line, layer);
      const expected = distribution.expectation();
      features[line * layers + layer - 1] = Number.isNaN(expected) ? 0 : expected;
    }
    if (line % 200 === 199) await pacer.rest();
  }
  for (const lines of linesByCriterion(table)) {
    for (let layer = 0; layer < layers; layer++) {
      standardise(
        features,
        lines.map((line) => line * layers + layer),
      );
    }
    await pacer.rest();
  }
  return features;
}

/**
 * Each record on one criterion, the criteria taking turns over records in random order. Of the lines
 * that come of it, ranked within each criterion by the judge's own score, one is drawn from each of
 * `count` strata.
 */
async function pickCriteria(
  table: RunTable,
  count: number,
  seed: number,
  pacer: Pacer,
): Promise<number[]> {
  const random = seededRandom(seed);
  const prior = await priorScores(table, pacer);
  const ranks = new Float64Array(table.lines);
  for (const lines of linesByCriterion(table)) {
    const order = [...lines].sort((a, b) => (prior[a] as number) - (prior[b] as number) || a - b);
    for (const [rank, line] of order.entries()) ranks[line] = (rank + 0.5) / order.length;
  }
  const records = linesByRecord(table).filter((lines) => lines.length > 0);
  const single = Array.from(shuffledIndices(records.length, random), (record, turn) => {
    const lines = records[record] as number[];
    return lines[turn % lines.length] as number;
  });
  single.sort((a, b) => (ranks[a] as number) - (ranks[b] as number) || a - b);
  const strata = Math.min(count, single.length);
  const picked = Array.from({ length: strata }, (_, stratum) => {
    const from = Math.floor((stratum * single.length) / strata);
    const to = Math.floor(((stratum + 1) * single.length) / strata);
    return single[from + Math.floor(random() * (to - from))] as number;
  });
  // In random order, so that whoever stops early has rated the whole range.
  return Array.from(shuffledIndices(picked.length, random), (i) => picked[i] as number);
}

/** The judge's own score: z(e-score) + z(contrast), standardised over each criterion's lines. */
async function priorScores(table: RunTable, pacer: Pacer): Promise<Float32Array> {
  const { header, lines } = table;
  const { layers } = header.judge;
  const contrast = priorContrast(layers, header.labels.length);
  const distribution = lineDistribution(table, "normed");
  const eScores = new Float32Array(lines);
  const contrasts = new Float32Array(lines);
  for (let line = 0; line < lines; line++) {
    distribution.layer(line, layers);
    eScores[line] = distribution.expectation();
    distribution.aggregate(line, contrast.layers, contrast.weights);
    contrasts[line] = distribution.expectation();
    if (line % 1000 === 999) await pacer.rest();
  }
  for (const of of linesByCriterion(table)) {
    standardise(eScores, of);
    standardise(contrasts, of);
  }
  return eScores.map((score, line) => score + (contrasts[line] as number));
}

function linesByRecord({ records, recordOf }: RunTable): number[][] {
  return linesBy(records.length, recordOf);
}

function linesByCriterion({ criteria, criterionOf }: RunTable): number[][] {
  return linesBy(criteria.length, criterionOf);
}

/** The lines of each place, in their order; of some there may be none. */
function linesBy(places: number, placeOf: Int32Array): number[][] {
  const lines = Array.from({ length: places }, (): number[] => []);
  for (const [line, place] of placeOf.entries()) lines[place]?.push(line);
  return lines;
}

/** In place: mean 0 and deviation 1 over some elements; 0 where they do not vary. */
function standardise(column: Float32Array, elements: readonly number[]): void {
  let mean = 0;
  for (const at of elements) mean += (column[at] as number) / elements.length;
  let squares = 0;
  for (const at of elements) squares += ((column[at] as number) - mean) ** 2;
  const deviation = Math.sqrt(squares / elements.length);
  for (const at of elements) {
    column[at] = deviation > 0 ? ((column[at] as number) - mean) / deviation : 0;
  }
}
