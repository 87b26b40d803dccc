import type { DatasetRecord } from "../dataset/record.ts";

/**
 * The record with every text that a template could print changed by `change`: the mapped fields,
 * and all texts in the raw record, keys included.
 *
 * @param isKeyKept keys that templates reach for by name must stay as they are
 */
export function changeTexts(
  record: DatasetRecord,
  change: (text: string) => string,
  isKeyKept: (key: string) => boolean,
): DatasetRecord {
  const changeValue = (value: unknown): unknown => {
    if (typeof value === "string") return change(value);
    if (Array.isArray(value)) return value.map(changeValue);
    if (typeof value === "object" && value !== null) return changeObject(value);
    return value;
  };
  const changeObject = (object: object): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(object).map(([key, value]) => [
        isKeyKept(key) ? key : change(key),
        changeValue(value),
      ]),
    );
  return {
    ...record,
    instruction: change(record.instruction),
    response: change(record.response),
    reference: change(record.reference),
    context: change(record.context),
    raw: changeObject(record.raw),
  };
}

/** Every text of a record that a template could print, keys included. */
export function textsOf(record: DatasetRecord): string[] {
  const texts: string[] = [];
  const collect = (text: string) => {
    texts.push(text);
    return text;
  };
  changeTexts(record, collect, () => false);
  return texts;
}
