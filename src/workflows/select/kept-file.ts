import { extname } from "node:path";
import { csvCopy } from "../../base/csv.ts";

/** A kept record as it stood in the data, and what the selection says of it. */
export interface KeptRecord {
  readonly value: Readonly<Record<string, unknown>>;
  readonly rank: number;
  readonly score: number;
  readonly aspects: Readonly<Record<string, number>>;
}

/**
 * The kept records as a file of the data's own format: `.json` an array, `.csv` with columns more,
 * and JSON Lines for the rest (a Parquet file's records too). Each has what was there, and `lager`
 * with its rank, its score and the scores of its aspects. Texts stay as they are, for a judge or a
 * training run: a CSV's cells may be formulas there, as they may be in the data.
 */
export function formatKept(path: string, records: readonly KeptRecord[]): string {
  switch (extname(path).toLowerCase()) {
    case ".json":
      return `[\n${records.map((record) => `  ${JSON.stringify(withScores(record))}`).join(",\n")}\n]\n`;
    case ".csv":
      return formatCsv(records);
    default:
      return records.map((record) => `${JSON.stringify(withScores(record))}\n`).join("");
  }
}

function withScores({ value, rank, score, aspects }: KeptRecord): unknown {
  return { ...value, lager: { rank, score, aspects } };
}

function formatCsv(records: readonly KeptRecord[]): string {
  const rows = records.map(
    ({ value, rank, score, aspects }): Record<string, unknown> => ({
      ...value,
      lager_rank: rank,
      lager_score: score,
      ...Object.fromEntries(Object.entries(aspects).map(([name, each]) => [`lager_${name}`, each])),
    }),
  );
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? "")))];
  return lines.map((cells) => `${csvCopy(cells)}\n`).join("");
}
