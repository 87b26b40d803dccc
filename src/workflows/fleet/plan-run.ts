import {
  type FileHandle,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { LagerError } from "../../base/errors.ts";
import { exists, partMark, unwritableFile } from "../../base/files.ts";
import { shortHash } from "../../base/short-hash.ts";
import { version } from "../../base/version.ts";
import { numberSettings } from "../../engine/native/engine-options.ts";
import { type Entry, openDataset } from "../../input/dataset/dataset.ts";
import type { LoadJudgeOptions } from "../../judge/judge.ts";
import { readWeights } from "../../scoring/weights/parse-weights.ts";
import { chooseTask } from "../score-run/score-data.ts";
import { formatPlanLine, PLAN_SCHEMA, type PlanHeader, type PlanScoring } from "./plan-format.ts";
import type { PlannedRun } from "./result.ts";
import { RunFolder, storeFolder } from "./run-folder.ts";
import { formatSliceLine, sliceSha256 } from "./slice.ts";

/** A worker has at least so many shards on average, so that the last ones keep no machine waiting. */
const SHARDS_A_WORKER = 40;
/** Larger shards gain nothing: prompts share what they have in common within 1024 of them. */
const LARGEST_TARGET = 4 * 2 ** 20;

/** How a data set is cut into shards. */
export interface PlanOptions extends Omit<LoadJudgeOptions, "signal">, PlanScoring {
  /** Folder of the store, as a path or `file:` URL. */
  readonly store: string;
  readonly judge: string;
  /** As `lager score` takes it. */
  readonly task?: string | undefined;
  readonly answerPrefix?: string | undefined;
  /** Score only the first records. Default: all. */
  readonly limit?: number | undefined;
  /** Machines that are expected: there are at least 40 shards for each. Default: 10. */
  readonly workers?: number | undefined;
  /** Records of a shard, instead. */
  readonly shardRecords?: number | undefined;
  /** Let machines of several kinds score it; every line then says which one did. Default: false. */
  readonly mixed?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Cuts a data set into shards, in one pass over it and without a judge, and writes plan and slices into
 * a store. Shards end where the group of the records changes (the same instruction, or the task's
 * field), so that what prompts share is decoded once; none is larger than twice its aim.
 *
 * The same data with the same options is the same run, which is then found again.
 *
 * @param input path of the data, or `-` for standard input.
 * @throws LagerError `INVALID_ARGUMENT` where there is nothing to score; `UNWRITABLE_OUTPUT`, and as
 *   `readRecords` and `loadTask`.
 */
export async function planRun(input: string, options: PlanOptions): Promise<PlannedRun> {
  const store = storeFolder(options.store);
  const { signal, limit } = options;
  if (options.weights !== undefined) await readWeights(options.weights);
  const aside = new RunFolder(path.join(store, `.${partMark()}`));
  const dataset = await openDataset(input, { signal, limit });
  try {
    const task = await chooseTask(dataset, options);
    await mkdir(path.join(aside.path, "slices"), { recursive: true });
    await mkdir(path.join(aside.path, "parts"));
    const writer = await PlanWriter.open(aside, planHeader(input, aside, task, options));
    const cut = cutter(await shardSize(input, options));
    for await (const entry of dataset.records(task)) {
      const line = `${formatSliceLine(entry)}\n`;
      if (cut(entry, line.length)) await writer.endShard();
      writer.add(line);
    }
    const { shards, records } = await writer.end();
    if (records === 0) {
      throw new LagerError(
        "INVALID_ARGUMENT",
        "there is nothing to score: the data has no records",
      );
    }
    const run = shortHash(await readFile(aside.plan));
    const folder = new RunFolder(path.join(store, run));
    const isNew = !(await exists(folder.plan));
    if (isNew) await rename(aside.path, folder.path);
    return { run, folder: folder.path, shards, records, isNew };
  } catch (error) {
    throw error instanceof LagerError ? error : unwritableFile("the plan", store, error);
  } finally {
    await dataset.close();
    await rm(aside.path, { recursive: true, force: true });
  }
}

function planHeader(
  input: string,
  folder: RunFolder,
  task: PlanHeader["task"],
  options: PlanOptions,
): PlanHeader {
  const { projection, layers, weights, condition, maxTokens, scorePosition, include } = options;
  const { threads, lora, chatTemplate } = options;
  const isFile = /\.gguf$/i.test(options.judge) && !/^hf:/i.test(options.judge);
  return {
    kind: "plan",
    schema: PLAN_SCHEMA,
    version,
    source: input,
    ...(input !== "-" && {
      input: path.relative(folder.path, path.resolve(input)).split(path.sep).join("/"),
    }),
    judge: isFile ? path.resolve(options.judge) : options.judge,
    task,
    mixed: options.mixed === true,
    scoring: {
      ...{ projection, layers, condition, maxTokens, scorePosition, include },
      ...(weights !== undefined && { weights: path.resolve(weights) }),
    },
    settings: {
      ...numberSettings(options),
      threads,
      ...(lora !== undefined && {
        lora: lora.map((each) => ({ ...each, path: path.resolve(each.path) })),
      }),
      ...(chatTemplate !== undefined && { chatTemplate: path.resolve(chatTemplate) }),
    },
  };
}

/** What a shard's size aims at. */
interface ShardSize {
  readonly records: number;
  readonly bytes: number;
}

async function shardSize(
  input: string,
  { workers = 10, shardRecords }: Pick<PlanOptions, "workers" | "shardRecords">,
): Promise<ShardSize> {
  const bytes = Number.POSITIVE_INFINITY;
  if (shardRecords !== undefined) return { records: shardRecords, bytes };
  const size = input === "-" ? null : await stat(input).catch(() => null);
  const share = size?.isFile() === true ? size.size / (SHARDS_A_WORKER * workers) : bytes;
  return { records: Number.POSITIVE_INFINITY, bytes: Math.min(share, LARGEST_TARGET) };
}

/** Tells, record by record, whether a shard ends in front of it. */
function cutter(aim: ShardSize): (entry: Entry, bytes: number) => boolean {
  let records = 0;
  let bytes = 0;
  let last: string | undefined;
  return (entry, length) => {
    const group = entry.kind === "record" ? entry.group : last;
    const isFull = (times: number) => records >= times * aim.records || bytes >= times * aim.bytes;
    const isCut = records > 0 && isFull(isSame(group, last) ? 2 : 1);
    if (isCut) {
      records = 0;
      bytes = 0;
    }
    records++;
    bytes += length;
    last = group;
    return isCut;
  };
}

function isSame(group: string | undefined, last: string | undefined): boolean {
  return group !== undefined && group === last;
}

/** Writes slices, and a line of the plan for each. */
class PlanWriter {
  readonly #folder: RunFolder;
  readonly #plan: FileHandle;
  #lines: string[] = [];
  #shards = 0;
  #records = 0;

  private constructor(folder: RunFolder, plan: FileHandle) {
    this.#folder = folder;
    this.#plan = plan;
  }

  static async open(folder: RunFolder, header: PlanHeader): Promise<PlanWriter> {
    const plan = await open(folder.plan, "wx");
    await plan.appendFile(`${formatPlanLine(header)}\n`);
    return new PlanWriter(folder, plan);
  }

  add(line: string): void {
    this.#lines.push(line);
  }

  async endShard(): Promise<void> {
    const bytes = Buffer.from(this.#lines.join(""));
    const number = this.#shards++;
    const records = this.#lines.length;
    this.#lines = [];
    this.#records += records;
    await writeFile(this.#folder.slice(number), bytes);
    const sha256 = sliceSha256(bytes);
    const shard = { kind: "shard", number, records, bytes: bytes.length, sha256 } as const;
    await this.#plan.appendFile(`${formatPlanLine(shard)}\n`);
  }

  async end(): Promise<{ readonly shards: number; readonly records: number }> {
    if (this.#lines.length > 0) await this.endShard();
    await this.#plan.sync();
    await this.#plan.close();
    return { shards: this.#shards, records: this.#records };
  }
}
