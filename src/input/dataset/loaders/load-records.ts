import { LagerError } from "../../../base/errors.ts";
import { isObject } from "../../../base/json.ts";
import type { RecordLoader } from "../../task/record-loaders.ts";
import type { RawRecord } from "../raw-records.ts";
import { HannaStories } from "./hanna.ts";
import { instructionRecord } from "./instruction-data.ts";
import { MtBenchAnswers } from "./mt-bench.ts";
import { preferenceRecords } from "./preferences.ts";
import { prometheusRecord } from "./prometheus.ts";
import { qagsRecord } from "./qags.ts";
import type { RawObject } from "./raw-fields.ts";
import { selfAwareRecord } from "./self-aware.ts";
import { summevalRecords } from "./summeval.ts";
import { topicalChatRecords } from "./topical-chat.ts";

/**
 * Spreads one published record, the input's `number`th, out; throws LagerError for one that is not of
 * the format.
 */
type Spread = (record: RawObject, number: number) => readonly RawObject[];

/** Puts published records together; what comes of it is known at the end. */
interface Gatherer {
  /** Throws LagerError for a record that is not of the format. */
  add(record: RawObject): void;
  records(): Iterable<RawObject>;
}

const SPREADS: Readonly<Partial<Record<RecordLoader, Spread>>> = {
  "instruction-data": instructionRecord,
  preferences: preferenceRecords,
  prometheus: prometheusRecord,
  qags: qagsRecord,
  "self-aware": selfAwareRecord,
  summeval: summevalRecords,
  "topical-chat": topicalChatRecords,
};

const GATHERERS: Readonly<Partial<Record<RecordLoader, () => Gatherer>>> = {
  hanna: () => new HannaStories(),
  "mt-bench": () => new MtBenchAnswers(),
};

/** Records with one response each, counted anew. Broken ones keep their errors. */
export async function* loadRecords(
  loader: RecordLoader | undefined,
  records: AsyncGenerator<RawRecord>,
  file: string,
): AsyncGenerator<RawRecord> {
  const spread = loader === undefined ? undefined : SPREADS[loader];
  const gatherer = loader === undefined ? undefined : GATHERERS[loader]?.();
  let loaded = records;
  if (spread !== undefined) loaded = spreadOut(records, spread, file);
  else if (gatherer !== undefined) loaded = gathered(records, gatherer, file);
  let number = 0;
  for await (const record of loaded) yield { ...record, number: ++number };
}

async function* spreadOut(
  records: AsyncGenerator<RawRecord>,
  spread: Spread,
  file: string,
): AsyncGenerator<RawRecord> {
  for await (const record of records) {
    const loaded = attempt(record, (value) => spread(value, record.number), file);
    if (loaded instanceof LagerError) yield { ...record, content: { error: loaded } };
    else if (loaded === undefined) yield record;
    else for (const value of loaded) yield { ...record, content: { value } };
  }
}

async function* gathered(
  records: AsyncGenerator<RawRecord>,
  gatherer: Gatherer,
  file: string,
): AsyncGenerator<RawRecord> {
  for await (const record of records) {
    const error = attempt(record, (value) => gatherer.add(value), file);
    if (error instanceof LagerError) yield { ...record, content: { error } };
    else if (!isReadable(record)) yield record;
  }
  for (const value of gatherer.records()) yield { number: 0, content: { value } };
}

function isReadable({ content }: RawRecord): boolean {
  return "value" in content && isObject(content.value);
}

/** What `work` makes of a record, or its error with the place; undefined for one that is no object. */
function attempt<T>(
  { content, line, number }: RawRecord,
  work: (record: RawObject) => T,
  file: string,
): T | LagerError | undefined {
  if (!("value" in content) || !isObject(content.value)) return undefined;
  try {
    return work(content.value);
  } catch (error) {
    if (!(error instanceof LagerError)) throw error;
    return error.at({ file, line, record: String(number) });
  }
}
