import { writeFile } from "node:fs/promises";
import path from "node:path";
import { parquetWriteFile } from "hyparquet-writer";

type Row = Readonly<Record<string, unknown>>;

/** Writes records as a data set into a folder, and gives its path. */
export async function writeRecords(
  folder: string,
  format: "json" | "jsonl" | "csv" | "parquet",
  rows: readonly Row[],
): Promise<string> {
  const file = path.join(folder, `data.${format}`);
  const columns = Object.keys(rows[0] ?? {});
  const cell = (value: unknown) => `"${String(value).replaceAll('"', '""')}"`;
  switch (format) {
    case "parquet":
      await parquetWriteFile({
        filename: file,
        columnData: columns.map((name) => ({ name, data: rows.map((row) => row[name]) })),
      });
      break;
    case "csv":
      await writeFile(
        file,
        [columns, ...rows.map((row) => columns.map((name) => row[name]))]
          .map((cells) => `${cells.map(cell).join(",")}\n`)
          .join(""),
      );
      break;
    case "json":
      await writeFile(file, JSON.stringify(rows));
      break;
    case "jsonl":
      await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  }
  return file;
}
