import { radixOrder } from "../analysis/stats/radix-order.ts";
import type { RecordTexts } from "../input/dataset/record.ts";
import type { RunTable } from "../run/run-table.ts";
import { RecordSearch } from "./record-search.ts";

/** A column that lines are sorted by: one of texts, or one of figures by its name. */
export interface TableSort {
  readonly column: string;
  readonly descending: boolean;
}

/** Which lines are shown. */
export interface LineFilter {
  /** Index of a criterion; null: all. */
  readonly criterion: number | null;
  /** Part of a record's id, of its texts or of its system's name, in whatever case. */
  readonly search: string;
}

/** Leaves none out. */
export const EVERY_LINE: LineFilter = { criterion: null, search: "" };

type Facts = Pick<
  RunTable,
  | "lines"
  | "records"
  | "recordOf"
  | "criterionOf"
  | "systems"
  | "systemOf"
  | "human"
  | "responseLength"
  | "scoreMass"
>;

/**
 * Sorts and filters the lines of a run. Digits in texts count as numbers; a line without a figure
 * stands last, whichever way it is sorted, and lines that are equal keep the order of the run.
 */
export class LineOrder {
  readonly #table: Facts;
  readonly #search: RecordSearch;
  readonly #lowerSystems: readonly string[];
  #recordRanks: Float64Array | null = null;
  #systemRanks: Float64Array | null = null;

  constructor(table: Facts) {
    this.#table = table;
    this.#search = new RecordSearch(table.records);
    this.#lowerSystems = table.systems.map((name) => name.toLowerCase());
  }

  /** Searches the records' texts, too. */
  addTexts(texts: readonly (RecordTexts | null)[]): void {
    this.#search.addTexts(this.#table.records, texts);
  }

  /** @param columns Figures of lines beside the run's own, NaN where there is none, shape [lines]. */
  lines(
    { column, descending }: TableSort,
    filter: LineFilter,
    columns: Readonly<Record<string, Float64Array>>,
  ): Int32Array {
    const shown = this.#filtered(filter);
    const figures = this.#figures(column, columns);
    if (figures === null) return descending ? shown.reverse() : shown;
    const values = new Float64Array(figures.length);
    const present = new Int32Array(shown.length);
    const missing = new Int32Array(shown.length);
    let [some, none] = [0, 0];
    for (let i = 0; i < shown.length; i++) {
      const line = shown[i] as number;
      const figure = figures[line] as number;
      values[line] = descending ? -figure : figure;
      if (Number.isNaN(figure)) missing[none++] = line;
      else present[some++] = line;
    }
    if (none === 0) return radixOrder(values, present);
    const order = new Int32Array(shown.length);
    order.set(radixOrder(values, present.subarray(0, some)));
    order.set(missing.subarray(0, none), some);
    return order;
  }

  #filtered({ criterion, search }: LineFilter): Int32Array {
    const { lines, criterionOf, recordOf, systemOf } = this.#table;
    const wanted = search.trim().toLowerCase();
    if (criterion === null && wanted === "") return everyLine(lines);
    const records = this.#search.find(wanted);
    const systems = this.#lowerSystems.map((name) => wanted !== "" && name.includes(wanted));
    const shown = new Int32Array(lines);
    let count = 0;
    for (let line = 0; line < lines; line++) {
      if (criterion !== null && criterionOf[line] !== criterion) continue;
      if (records[recordOf[line] as number] === 0 && systems[systemOf[line] as number] !== true)
        continue;
      shown[count++] = line;
    }
    return shown.slice(0, count);
  }

  /** What a column is sorted by; null for one that the lines are in the order of. */
  #figures(column: string, columns: Readonly<Record<string, Float64Array>>): Float64Array | null {
    const { human, responseLength, scoreMass, criterionOf, recordOf, systemOf } = this.#table;
    switch (column) {
      case "record":
        this.#recordRanks ??= ranksOf(this.#table.records);
        return ranked(recordOf, this.#recordRanks);
      case "system":
        this.#systemRanks ??= ranksOf(this.#table.systems);
        return ranked(systemOf, this.#systemRanks);
      case "criterion":
        return Float64Array.from(criterionOf);
      case "human":
        return human;
      case "length":
        return responseLength;
      case "mass":
        return Float64Array.from(scoreMass);
      default:
        return columns[column] ?? null;
    }
  }
}

function everyLine(lines: number): Int32Array {
  const all = new Int32Array(lines);
  for (let line = 0; line < lines; line++) all[line] = line;
  return all;
}

const COLLATOR = new Intl.Collator("en", { numeric: true });

/** Place of each text among all of them. */
function ranksOf(texts: readonly string[]): Float64Array {
  const order = texts.map((_, i) => i);
  order.sort((a, b) => COLLATOR.compare(texts[a] ?? "", texts[b] ?? "") || a - b);
  const ranks = new Float64Array(texts.length);
  for (const [rank, i] of order.entries()) ranks[i] = rank;
  return ranks;
}

function ranked(indices: Int32Array, ranks: Float64Array): Float64Array {
  const found = new Float64Array(indices.length);
  for (let line = 0; line < indices.length; line++) {
    found[line] = ranks[indices[line] as number] ?? Number.NaN;
  }
  return found;
}
