import { seededRandom, shuffledIndices } from "../stats/random.ts";
import type { TrainingSet } from "./training-set.ts";

/** The cost of what is learned in dual form grows with the cube of the rows that it learns from. */
export const MOST_LEARNED_ROWS = 1_500;

/** All rows; or, beyond that many, those of whole records drawn at random. Ascending. */
export function wholeRecords(set: TrainingSet, most: number, seed: number): Int32Array {
  const rows = Int32Array.from(set.lines, (_, row) => row);
  if (rows.length <= most) return rows;
  const recordOf = rows.map((row) => set.table.recordOf[set.lines[row] as number] as number);
  const counts = new Map<number, number>();
  for (const record of recordOf) counts.set(record, (counts.get(record) ?? 0) + 1);
  const records = [...counts];
  const drawn = new Set<number>();
  let count = 0;
  for (const i of shuffledIndices(records.length, seededRandom(seed))) {
    const [record, own] = records[i] ?? [0, 0];
    if (count + own > most) break;
    drawn.add(record);
    count += own;
  }
  return rows.filter((row) => drawn.has(recordOf[row] as number));
}
