import { type ErrorCode, LagerError } from "../base/errors.ts";
import type { Entry } from "../input/dataset/dataset.ts";
import { type Failure, failure } from "../input/dataset/failure.ts";
import { ownId, parseRecord } from "../input/dataset/parse-record.ts";
import type { DatasetRecord } from "../input/dataset/record.ts";
import type { Criterion, Task } from "../input/task/task.ts";
import type { LabelTree } from "../input/tokens/label-tree.ts";

/** A record as a caller has it: the fields that the task reads, and any others. */
export type ScoreItem = Readonly<Record<string, unknown>>;

/** One record on one criterion. */
export interface Item {
  readonly kind: "item";
  readonly record: DatasetRecord;
  readonly criterion: Criterion;
}

/** What an item's line says of its record. */
export type RecordFacts = Pick<DatasetRecord, "id" | "human" | "systemId" | "group" | "place"> & {
  /** Of the response, in Unicode code points. */
  readonly responseLength: number;
};

/**
 * One record on one criterion as a prompt. Hundreds of them wait for their turn, so the record's
 * texts are left behind.
 */
export interface Prompt {
  readonly kind: "item";
  readonly record: RecordFacts;
  readonly criterion: Criterion;
  /** Null unless it is to stand in the item's line. */
  readonly text: string | null;
  readonly tokens: Int32Array;
  /** Null when the judge is to write its answer itself. */
  readonly labels: LabelTree | null;
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
]);

/** Criteria of one record one after the other, so that they share the record's part of the prompt. */
export async function* itemsOf(
  entries: AsyncIterable<Entry> | Iterable<Entry>,
  criteria: readonly Criterion[],
): AsyncGenerator<Item | Failure> {
  for await (const entry of entries) {
    if (entry.kind === "failure") yield entry;
    else for (const criterion of criteria) yield { kind: "item", record: entry, criterion };
  }
}

/** Passes over what is done already. */
export async function* notDone(
  all: AsyncIterable<Item | Failure>,
  isDone: (id: string, criterion: string | null) => boolean = () => false,
): AsyncGenerator<Item | Failure> {
  for await (const item of all) {
    const [id, criterion] =
      item.kind === "failure" ? [item.id, item.criterion] : [item.record.id, item.criterion.name];
    if (!isDone(id, criterion)) yield item;
  }
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
  for await (const item of items) {
    number++;
    let id = String(number);
    try {
      id = ownId(item, task, number, {}) ?? id;
      yield parseRecord(item, task, number);
    } catch (error) {
      if (!(error instanceof LagerError)) throw error;
      yield failure(id, null, error);
    }
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
    return failure(item.record.id, item.criterion.name, error.at(item.record.place));
  }
}
