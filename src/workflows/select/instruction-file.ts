import { LagerError } from "../../base/errors.ts";
import { isObject } from "../../base/json.ts";
import { readRawRecords } from "../../input/dataset/dataset.ts";
import { instructionRecord } from "../../input/dataset/loaders/instruction-data.ts";

/** A record as it stands in the data. */
type RawObject = Readonly<Record<string, unknown>>;

/** What records are compared by, by their numbers in the file. */
export async function instructionTexts(
  data: string,
  signal: AbortSignal | undefined,
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for await (const { number, content } of readRawRecords(data, { signal })) {
    if (!("value" in content) || !isObject(content.value)) continue;
    try {
      const [record] = instructionRecord(content.value);
      if (typeof record?.instruction === "string") texts.set(String(number), record.instruction);
    } catch (error) {
      // A record that is none has no score either.
      if (!(error instanceof LagerError)) throw error;
    }
  }
  return texts;
}

/** The records of those numbers, as far as the file has them. */
export async function recordsById(
  data: string,
  wanted: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<Map<string, RawObject>> {
  const records = new Map<string, RawObject>();
  for await (const { number, content } of readRawRecords(data, { signal })) {
    const id = String(number);
    if (wanted.has(id) && "value" in content && isObject(content.value)) {
      records.set(id, content.value);
    }
  }
  return records;
}
