import path from "node:path";
import {
  blaming,
  checkArguments,
  ITERABLE,
  listOf,
  OBJECT,
  objectOf,
  optional,
  orNull,
  PATH,
  TEXT,
} from "../base/arguments.ts";
import { LagerError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { Pacer } from "../base/pacer.ts";
import { publicCall } from "../base/public-call.ts";
import { readRecords } from "../input/dataset/dataset.ts";
import { type DatasetRecord, type RecordTexts, recordTexts } from "../input/dataset/record.ts";
import { InputHasher } from "../input/prompt/input-hasher.ts";
import type { Task } from "../input/task/task.ts";
import type { Outcome } from "../scoring/score/outcome.ts";
import { lineKey } from "./line-key.ts";
import type { RunHeader } from "./run-format.ts";
import { RUN_HEADER } from "./run-shapes.ts";

/** The texts that a line of a run is about. */
export interface LineTexts {
  readonly texts: RecordTexts;
  /**
   * Whether the judge was shown these very texts: `same`; `changed`, when the data says something else
   * by now; `unknown` of a line that does not say what it was made from.
   */
  readonly state: "same" | "changed" | "unknown";
}

/** What {@link readLineTexts} finds. */
export interface FoundTexts {
  /** By `lineKey`; lines whose record is not there are missing. */
  readonly lines: ReadonlyMap<string, LineTexts>;
  /** The data that they are from; null where the run holds them itself, or nobody knows the data. */
  readonly data: string | null;
  /** Why lines are without texts, in words; null where none is. */
  readonly missing: string | null;
}

/** What is asked of a line. */
export type TextLine = Pick<Outcome, "id" | "criterion" | "inputHash"> & {
  readonly texts?: RecordTexts | undefined;
};

/** The header with the path of its data, as it is seen from the run file. */
export function headerWithInput(
  header: RunHeader,
  input: string | undefined,
  runFile: string | null,
): RunHeader {
  if (input === undefined || input === "-") return header;
  const folder = runFile === null ? process.cwd() : path.dirname(path.resolve(runFile));
  const { kind, schema, version, ...rest } = header;
  const from = path.relative(folder, path.resolve(input)).split(path.sep).join("/");
  return { kind, schema, version, input: from, ...rest };
}

/** Path of the data that a run was scored from, as its header names it; null where it names none. */
export function inputPath({ input }: RunHeader, runFile: string): string | null {
  if (input === undefined) return null;
  return path.isAbsolute(input) ? input : path.join(path.dirname(runFile), input);
}

const TEXT_LINE = objectOf({
  id: TEXT,
  criterion: orNull(TEXT),
  texts: optional(OBJECT),
});

/** Where texts are looked for. */
export interface ReadLineTextsOptions {
  readonly data?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds the texts of lines of a run: in the run itself (`lager score --include texts`), else in the data
 * that was scored, by the records' ids. Each line's `inputHash` tells whether they are what was judged.
 *
 * @param file path of the run file.
 * @param lines what is asked for; only their texts are kept in memory.
 * @param options.data the data. Default: what the header names, if it is still there.
 * @throws LagerError as `readRecords`, where `data` is given; `ABORTED`.
 */
export async function readLineTexts(
  file: string,
  header: RunHeader,
  lines: Iterable<TextLine>,
  options: ReadLineTextsOptions = {},
): Promise<FoundTexts> {
  checkArguments("readLineTexts", {
    file: [file, PATH],
    header: [header, RUN_HEADER],
    lines: [lines, ITERABLE],
  });
  const asked = blaming("readLineTexts", "lines", () => {
    const all = [...lines];
    checkArguments("readLineTexts", { lines: [all, listOf(TEXT_LINE)] });
    return all;
  });
  return publicCall("readLineTexts", options, (own) => findTexts(file, header, asked, own));
}

async function findTexts(
  file: string,
  header: RunHeader,
  lines: Iterable<TextLine>,
  options: ReadLineTextsOptions,
): Promise<FoundTexts> {
  const found = new Map<string, LineTexts>();
  const wanted: TextLine[] = [];
  for (const line of lines) {
    if (line.texts === undefined) wanted.push(line);
    else found.set(lineKey(line), { texts: line.texts, state: "same" });
  }
  if (wanted.length === 0) return { lines: found, data: null, missing: null };
  const data = options.data ?? inputPath(header, file);
  if (data === null) {
    const missing = "the run does not say which data it was scored from: name it with --data";
    return { lines: found, data, missing };
  }
  if (options.data === undefined && !(await exists(data))) {
    const missing = `the data is not at ${data} any more: name it with --data`;
    return { lines: found, data: null, missing };
  }
  const ids = new Set(wanted.map(({ id }) => id));
  let records: ReadonlyMap<string, DatasetRecord>;
  try {
    records = await recordsById(data, header.task, ids, options.signal);
  } catch (error) {
    // What nobody asked to be read may be anything by now.
    const isAsked = options.data !== undefined || options.signal?.aborted === true;
    if (isAsked || !(error instanceof LagerError)) throw error;
    return {
      lines: found,
      data: null,
      missing: `the data ${data} cannot be read: ${error.message}`,
    };
  }
  const hasher = new InputHasher(header.task, header.options.condition);
  const pacer = new Pacer(options.signal, "finding the texts");
  for (const line of wanted) {
    await pacer.rest();
    const record = records.get(line.id);
    if (record === undefined) continue;
    const state = stateOf(line, record, header.task, hasher);
    found.set(lineKey(line), { texts: recordTexts(record), state });
  }
  const gone = [...ids].filter((id) => !records.has(id)).length;
  const missing = gone === 0 ? null : `${gone} of ${ids.size} records are not in ${data}`;
  return { lines: found, data, missing };
}

/**
 * Records of a data file by their ids.
 *
 * @param wanted ids; only these records are kept.
 * @throws LagerError as `readRecords`.
 */
export async function recordsById(
  data: string,
  task: Task,
  wanted: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<Map<string, DatasetRecord>> {
  const found = new Map<string, DatasetRecord>();
  for await (const entry of readRecords(data, task, { signal })) {
    if (entry.kind === "record" && wanted.has(entry.id)) found.set(entry.id, entry);
  }
  return found;
}

function stateOf(
  { criterion: name, inputHash }: TextLine,
  record: DatasetRecord,
  { criteria }: Task,
  hasher: InputHasher,
): LineTexts["state"] {
  const criterion = criteria.find((each) => each.name === name);
  if (inputHash === undefined || criterion === undefined) return "unknown";
  return hasher.hash(criterion, record) === inputHash ? "same" : "changed";
}
