import { createHash } from "node:crypto";
import { LagerError } from "../../base/errors.ts";
import { lineName } from "../../run/line-key.ts";
import type { RunTable } from "../../run/run-table.ts";
import { LabelDistribution } from "../../scoring/distribution/label-distribution.ts";
import { softmax } from "../../scoring/distribution/softmax.ts";
import { expectation } from "../../scoring/distribution/statistics.ts";
import { rowKey } from "../../scoring/weights/fingerprints.ts";
import type { Projection } from "../../scoring/weights/layer-set.ts";
import type { Training } from "../../scoring/weights/weights-format.ts";
import type { LineLogits } from "./lager-loss.ts";

/** Labelled lines of a run, the rows, as recipes learn from them. */
export interface TrainingSet {
  readonly table: RunTable;
  readonly projection: Projection;
  readonly layers: readonly number[];
  /** Names of the criteria that have rows. */
  readonly criteria: readonly string[];
  /** Line of each row, shape [rows]. */
  readonly lines: Int32Array;
  /** Index into `criteria`, shape [rows]. */
  readonly criterionOf: Int32Array;
  /** Of the record's group: what stays in one fold, shape [rows]. */
  readonly groupOf: Int32Array;
  /** Human score on the task's scale, shape [rows]. */
  readonly targets: Float64Array;
  readonly humanRange: Training["humanRange"];
  /** Of the last layer's normed logits, shape [rows]. */
  readonly eScores: Float64Array;
  readonly logits: LineLogits;
}

/**
 * @throws LagerError `CAPTURE_INCOMPLETE` when a layer that is wanted was not captured.
 */
export function trainingSet(
  table: RunTable,
  options: { readonly projection: Projection; readonly layers: readonly number[] },
): TrainingSet {
  const lines = Int32Array.from({ length: table.lines }, (_, line) => line).filter(
    (line) => !Number.isNaN(table.human[line]),
  );
  const names = new Map<number, number>();
  for (const line of lines) {
    const criterion = table.criterionOf[line] as number;
    if (!names.has(criterion)) names.set(criterion, names.size);
  }
  const human = Float64Array.from(lines, (line) => table.human[line] as number);
  const criterionOf = Int32Array.from(
    lines,
    (line) => names.get(table.criterionOf[line] as number) ?? 0,
  );
  const criteria = [...names.keys()].map((criterion) => table.criteria[criterion] ?? "");
  const { values, judge } = table.header;
  const layerCount = judge.layers;
  const ranges = humanRanges(human, criterionOf, criteria, values);
  requireLayers(table, lines, options);
  return {
    table,
    projection: options.projection,
    layers: options.layers,
    criteria,
    lines,
    criterionOf,
    groupOf: Int32Array.from(lines, (line) => table.groupOf[line] as number),
    targets: human.map((score, row) =>
      onScale(score, ranges?.[criterionOf[row] as number], values),
    ),
    humanRange:
      ranges === null
        ? null
        : Object.fromEntries(criteria.map((name, c) => [name, ranges[c] ?? { min: 0, max: 1 }])),
    eScores: eScoresOf(table, lines),
    logits: { nodes: table.nodes, projection: options.projection, values, layerCount },
  };
}

/** Keys of the rows, as `rowKey` makes them, shape [rows]. */
export function rowKeys({ table, lines }: TrainingSet): string[] {
  return Array.from(lines, (line) => {
    const human = table.human[line] as number;
    return rowKey({
      ...lineName(table, line),
      promptTokens: table.promptTokensOf[line] as number,
      human: Number.isNaN(human) ? undefined : human,
    });
  });
}

/** SHA-256 of keys and human scores. */
export function dataSha256(set: TrainingSet, keys: readonly string[]): string {
  const hash = createHash("sha256");
  for (const [row, key] of keys.entries()) {
    hash.update(`${key} ${set.table.human[set.lines[row] as number]}\n`);
  }
  return hash.digest("hex");
}

/** The last layer's expectation by its normed logits, shape [lines]. */
function eScoresOf(table: RunTable, lines: Int32Array): Float64Array {
  const { values, judge } = table.header;
  const { layers: layerCount } = judge;
  requireLayers(table, lines, { projection: "normed", layers: [layerCount] });
  const distribution = new LabelDistribution(table.nodes, {
    projection: "normed",
    values,
    layerCount,
  });
  return Float64Array.from(lines, (line) => {
    distribution.layer(line, layerCount);
    return expectation(values, softmax(distribution.labelLogits));
  });
}

/** @throws LagerError `CAPTURE_INCOMPLETE` when a layer was not captured on one of the lines. */
export function requireLayers(
  table: RunTable,
  lines: Int32Array,
  { projection, layers }: Pick<TrainingSet, "projection" | "layers">,
): void {
  const layerRows = table.header.judge.layers + 1;
  for (const { outcomes, ...logits } of table.nodes) {
    for (const line of lines) {
      for (const layer of layers) {
        if (!Number.isNaN(logits[projection][(line * layerRows + layer) * outcomes.length])) {
          continue;
        }
        throw new LagerError(
          "CAPTURE_INCOMPLETE",
          `the ${projection} logits of layer ${layer} were not captured: leave it out with --layers`,
          { place: { record: table.records[table.recordOf[line] as number] ?? "" } },
        );
      }
    }
  }
}

/**
 * Human scores that all lie on the task's scale are taken as they are. Where one does not, each
 * criterion's own range (smallest to largest human score) is mapped onto the scale.
 */
function humanRanges(
  human: Float64Array,
  criterionOf: Int32Array,
  criteria: readonly string[],
  values: readonly number[],
): { min: number; max: number }[] | null {
  const lowest = values[0] as number;
  const highest = values.at(-1) ?? 1;
  if (human.every((score) => !(score < lowest || score > highest))) return null;
  const ranges = criteria.map(() => ({
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
  }));
  for (const [row, score] of human.entries()) {
    const range = ranges[criterionOf[row] as number];
    if (range === undefined || Number.isNaN(score)) continue;
    range.min = Math.min(range.min, score);
    range.max = Math.max(range.max, score);
  }
  return ranges.map((range) => (range.min <= range.max ? range : { min: 0, max: 1 }));
}

function onScale(
  score: number,
  range: { readonly min: number; readonly max: number } | undefined,
  values: readonly number[],
): number {
  if (range === undefined) return score;
  const lowest = values[0] as number;
  const highest = values.at(-1) ?? 1;
  const share = range.max === range.min ? 0.5 : (score - range.min) / (range.max - range.min);
  return lowest + share * (highest - lowest);
}
