import {
  blaming,
  checkArguments,
  elementsOf,
  FUNCTION,
  OBJECT,
  objectOf,
  oneOf,
  orNull,
  type Shape,
  TEXT,
} from "../base/arguments.ts";
import { type ErrorCode, type ErrorPlace, LagerError } from "../base/errors.ts";
import { ownValue } from "../base/json.ts";
import type { Entry } from "../input/dataset/dataset.ts";
import { type Failure, failure } from "../input/dataset/failure.ts";
import { ownId, parseRecord } from "../input/dataset/parse-record.ts";
import type { DatasetRecord, RecordTexts } from "../input/dataset/record.ts";
import { recordHash } from "../input/dataset/record-hash.ts";
import type { InputHasher } from "../input/prompt/input-hasher.ts";
import { TASK } from "../input/task/parse-task.ts";
import { type Criterion, type Task, TEXT_FIELDS } from "../input/task/task.ts";
import type { LabelTree } from "../input/tokens/label-tree.ts";
import type { ExpectedOutcome, KnownOutcome, RecordFacts } from "../scoring/score/outcome.ts";

/** A record as a caller has it: the fields that the task reads, and any others. */
export type ScoreItem = Readonly<Record<string, unknown>>;

/** One record on one criterion. */
export interface Item {
  readonly kind: "item";
  readonly record: DatasetRecord;
  readonly criterion: Criterion;
  /** By {@link InputHasher}. */
  readonly inputHash: string;
}

/** What is kept of an item's record for its line. */
export interface RecordPart extends RecordFacts {
  readonly id: string;
  readonly place: ErrorPlace;
}

/** One prompt, up to where its score stands. */
export interface AskedPrompt {
  /** Null unless it is to stand in the item's line. */
  readonly text: string | null;
  readonly tokens: Int32Array;
  /** Null when the judge is to write its answer itself. */
  readonly labels: LabelTree | null;
  /** What it counts among the questions of a checklist; null: it asks for the criterion's scale. */
  readonly share: number | null;
}

/**
 * One record on one criterion as a prompt, or several of a checklist. Hundreds of them wait for their
 * turn, so the record's texts are left behind.
 */
export interface Prompt {
  readonly kind: "item";
  readonly record: RecordPart;
  readonly criterion: Criterion;
  readonly inputHash: string;
  /** Null unless they are to stand in the item's line. */
  readonly texts: RecordTexts | null;
  /** At least one. */
  readonly asked: readonly [AskedPrompt, ...AskedPrompt[]];
}

/** Errors of one item; all others end the run. */
const ITEM_ERRORS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "TEMPLATE_FAILED",
  "UNSAFE_PROMPT",
  "AMBIGUOUS_LABELS",
  "PROMPT_TOO_LONG",
  "DECODE_FAILED",
  "CAPTURE_INCOMPLETE",
  "HEAD_MISMATCH",
  "ENGINE_CRASHED",
]);

/** Criteria of one record one after the other, so that they share the record's part of the prompt. */
export async function* itemsOf(
  entries: AsyncIterable<Entry> | Iterable<Entry>,
  criteria: readonly Criterion[],
  hasher: InputHasher,
): AsyncGenerator<Item | Failure> {
  for await (const entry of elementsOf("Session.scoreAll", "entries", entries)) {
    checkArguments("Session.scoreAll", { entries: [entry, ENTRY] });
    if (entry.kind === "failure") yield entry;
    else for (const criterion of criteria) yield itemOf(entry, criterion, hasher);
  }
}

/** What `readRecords` and `recordsOf` give. */
const ENTRY: Shape = (value, at) => {
  objectOf({ kind: oneOf(["record", "failure"]), id: TEXT })(value, at);
  ((value as Entry).kind === "record" ? RECORD : FAILURE)(value, at);
};
const RECORD = objectOf({
  ...Object.fromEntries(TEXT_FIELDS.map((name) => [name, TEXT])),
  ...{ human: OBJECT, place: OBJECT, raw: OBJECT },
});
const FAILURE = objectOf({ criterion: orNull(TEXT), code: TEXT, message: TEXT });

/** A record on a criterion. */
export function itemOf(record: DatasetRecord, criterion: Criterion, hasher: InputHasher): Item {
  return { kind: "item", record, criterion, inputHash: hasher.hash(criterion, record) };
}

/** What an item's line says of its record beside the score. */
export function factsOf(record: DatasetRecord, criterion: Criterion): Required<RecordFacts> {
  const { human, systemId, group, response } = record;
  return {
    human: ownValue(human, criterion.name),
    responseLength: [...response].length,
    systemId,
    group,
  };
}

/** An outcome that is known: it is passed on in its place, and its item is not scored. */
export interface KnownItem {
  readonly kind: "known";
  readonly read: KnownOutcome;
}

const KNOWN = orNull(FUNCTION);

/** Puts what is known already in place of the items that would give it. */
export async function* withKnown(
  items: AsyncIterable<Item | Failure>,
  known: (expected: ExpectedOutcome) => KnownOutcome | null = () => null,
): AsyncGenerator<Item | Failure | KnownItem> {
  for await (const item of items) {
    const read = known(expectedOf(item));
    checkArguments("Session.scoreAll", { "options.known": [read, KNOWN] });
    yield read === null ? item : { kind: "known", read };
  }
}

function expectedOf(item: Item | Failure): ExpectedOutcome {
  if (item.kind === "failure") {
    const { id, criterion, inputHash } = item;
    return { id, criterion, inputHash, facts: {}, failure: item };
  }
  const { record, criterion, inputHash } = item;
  const facts = factsOf(record, criterion);
  return { id: record.id, criterion: criterion.name, inputHash, facts, failure: null };
}

/**
 * Items of a program as a session takes them: no file and no line, and ids are not checked against
 * each other. An item without an id has its number, counted from 1.
 */
export async function* recordsOf(
  items: Iterable<ScoreItem> | AsyncIterable<ScoreItem>,
  task: Task,
): AsyncGenerator<Entry> {
  let number = 0;
  checkArguments("recordsOf", { task: [task, TASK] });
  for await (const item of elementsOf("recordsOf", "items", items)) {
    number++;
    yield entryOf(item, task, number);
  }
}

/**
 * One item as a session takes it.
 *
 * @param number of the item among those that came with it, counted from 1; the id of one without any.
 */
export function entryOf(item: ScoreItem, task: Task, number: number): Entry {
  let id = String(number);
  try {
    id = blaming("recordsOf", "items", () => ownId(item, task, number, {})) ?? id;
    return blaming("recordsOf", "items", () => parseRecord(item, task, number));
  } catch (error) {
    if (!(error instanceof LagerError)) throw error;
    return failure(id, null, error, recordHash(item));
  }
}

/** Turns what goes wrong with one item into a failure; the rest is thrown on. */
export async function asOutcome<T>(
  item: Item | Prompt,
  work: () => Promise<T>,
): Promise<T | Failure> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LagerError) || !ITEM_ERRORS.has(error.code)) throw error;
    const { record, criterion, inputHash } = item;
    return failure(record.id, criterion.name, error.at(record.place), inputHash);
  }
}
