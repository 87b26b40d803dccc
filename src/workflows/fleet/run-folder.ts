import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { LagerError } from "../../base/errors.ts";
import {
  exists,
  linkFirst,
  partMark,
  readWhole,
  replaceFile,
  unreadableFile,
  unwritableFile,
} from "../../base/files.ts";
import { readRun } from "../../run/read-run.ts";
import { classOf, type Fingerprint, formatFingerprint, parseFingerprint } from "./fingerprint.ts";
import type { Shard } from "./plan-format.ts";

/** Records of a shard that are scored together: all of them, unless some end the machine. */
export interface Piece {
  readonly shard: number;
  /** The first record of the shard that belongs to it, counted from 0. */
  readonly from: number;
  /** Behind its last record. */
  readonly to: number;
}

/** The whole of a shard. */
export function wholePiece({ number, records }: Shard): Piece {
  return { shard: number, from: 0, to: records };
}

/** The halves of a piece of at least two records. */
export function halvesOf({ shard, from, to }: Piece): readonly [Piece, Piece] {
  const middle = Math.ceil((from + to) / 2);
  return [
    { shard, from, to: middle },
    { shard, from: middle, to },
  ];
}

/** What a piece is called, in its file and on its ticket. */
export function pieceName({ shard, from, to }: Piece): string {
  return `${shardName(shard)}.${from}-${to}`;
}

function shardName(number: number): string {
  return String(number).padStart(8, "0");
}

/** What a store is called by: a folder's path or its `file:` URL. */
export function storeFolder(store: string): string {
  if (/^file:/i.test(store)) return fileURLToPath(store);
  if (!/^[a-z][a-z\d+.-]+:\/\//i.test(store)) return path.resolve(store);
  throw new LagerError(
    "INVALID_ARGUMENT",
    `a store is a folder that all machines see, by its path or file: URL, and not ${store}`,
  );
}

/** Whether a name of a store's can be a run's id, a `shortHash`. */
export function isRunId(name: string): boolean {
  return /^[\da-f]{16}$/.test(name);
}

const PLAN = "plan.jsonl";
const STOPPED = "stopped.txt";

/**
 * The folder of one run in a store: its plan, the slices that it is cut into, and the parts that were
 * scored. Nothing in it is ever written over: the first to write a part is the one whose bytes count.
 */
export class RunFolder {
  readonly path: string;

  constructor(folder: string) {
    this.path = folder;
  }

  /**
   * A run of a store.
   *
   * @throws LagerError `INVALID_ARGUMENT` where it has none of that id.
   */
  static async find(store: string, run: string): Promise<RunFolder> {
    const folder = new RunFolder(path.join(storeFolder(store), run));
    if (isRunId(run) && (await exists(folder.plan))) return folder;
    throw new LagerError(
      "INVALID_ARGUMENT",
      `${store} holds no run ${JSON.stringify(run)}: lager fleet submit prints the run's id`,
    );
  }

  get plan(): string {
    return path.join(this.path, PLAN);
  }

  slice(shard: number): string {
    return path.join(this.path, "slices", `${shardName(shard)}.jsonl`);
  }

  part(piece: Piece): string {
    return path.join(this.path, "parts", `${pieceName(piece)}.jsonl`);
  }

  /** Where a part is written before it has its name. */
  async temporaryPart(piece: Piece): Promise<string> {
    const name = `.${pieceName(piece)}.${partMark()}`;
    await mkdir(path.join(this.path, "parts"), { recursive: true });
    return path.join(this.path, "parts", name);
  }

  /**
   * Gives a part that is whole its name. Where there is one already, both must say the same.
   *
   * @returns whether it was the first.
   * @throws LagerError `NOT_REPRODUCIBLE`, and the run is stopped; `UNWRITABLE_OUTPUT`.
   */
  async keep(piece: Piece, temporary: string): Promise<boolean> {
    const file = this.part(piece);
    if (await firstToName(temporary, file, "the part")) return true;
    const headers = [await readRun(temporary), await readRun(file)].map(({ header }) => header);
    // Machines of another kind need not find the same.
    if (new Set(headers.map(classOf)).size > 1) return false;
    const [own, kept] = [await scoresOf(temporary), await scoresOf(file)];
    // Whoever was thought to be dead may come back with a result after all: then it is too late.
    if (own === kept || kept.includes(DIED) || own.includes(DIED)) return false;
    const what =
      `shard ${piece.shard} was scored twice, and the results differ: a machine computes wrongly, or ` +
      "not the same twice; the run is stopped";
    await this.stop(what);
    throw new LagerError("NOT_REPRODUCIBLE", what, { place: { file } });
  }

  /**
   * The fingerprint of the machine that began the run, or that was the first of its class; the first to
   * come begins it.
   *
   * @throws LagerError `UNWRITABLE_OUTPUT`, `UNREADABLE_FILE`, `INVALID_RUN`.
   */
  async fingerprint(own: Fingerprint, ofClass?: string): Promise<Fingerprint> {
    const name = ofClass === undefined ? "fingerprint.json" : `fingerprint.${ofClass}.json`;
    const file = path.join(this.path, name);
    const aside = `${file}.${partMark()}`;
    try {
      await writeFile(aside, formatFingerprint(own), { flush: true }).catch((cause: unknown) => {
        throw unwritableFile("the fingerprint", file, cause);
      });
      await firstToName(aside, file, "the fingerprint");
    } finally {
      await rm(aside, { force: true });
    }
    return parseFingerprint((await readWhole(file, "the fingerprint")).toString(), file);
  }

  /** Stops a run for all machines, and says why. */
  async stop(reason: string): Promise<void> {
    await replaceFile(path.join(this.path, STOPPED), `${reason}\n`).catch((cause: unknown) => {
      throw unwritableFile("the run's stop", this.path, cause);
    });
  }

  /** Lets a stopped run go on. */
  async unstop(): Promise<void> {
    await rm(path.join(this.path, STOPPED), { force: true });
  }

  /** Why the run is stopped; null where it is not. */
  async stopped(): Promise<string | null> {
    return readFile(path.join(this.path, STOPPED), "utf8").then(
      (text) => text.trim(),
      () => null,
    );
  }

  /** Removes the parts of records that were given up, so that they are tried again. */
  async forgetDied(): Promise<void> {
    for (const name of [...(await this.parts()).values()].flatMap((names) => [...names])) {
      const [, from, to] = /\.(\d+)-(\d+)$/.exec(name) ?? [];
      if (Number(to) - Number(from) !== 1) continue;
      const file = path.join(this.path, "parts", `${name}.jsonl`);
      if ((await scoresOf(file)).includes(DIED)) await rm(file, { force: true });
    }
  }

  /** Names of the parts that are there, by shard. */
  async parts(): Promise<Parts> {
    const files = await readdir(path.join(this.path, "parts")).catch((cause) => {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw unreadableFile("the parts", this.path, cause);
    });
    const parts = new Map<number, Set<string>>();
    for (const file of files) {
      const [, name, shard] = /^((\d{8})\.\d+-\d+)\.jsonl$/.exec(file) ?? [];
      if (name === undefined) continue;
      const names = parts.get(Number(shard)) ?? new Set();
      parts.set(Number(shard), names.add(name));
    }
    return parts;
  }
}

/** Names of parts, by the number of their shard. */
export type Parts = ReadonlyMap<number, ReadonlySet<string>>;

/** What of a shard is scored, in the order of its records, and what is not. */
export interface ShardState {
  readonly scored: readonly Piece[];
  readonly missing: readonly Piece[];
}

/** What of a shard is scored; one that was cut at a record which ended its machine is in several parts. */
export function shardState(parts: Parts, shard: Shard): ShardState {
  const whole = wholePiece(shard);
  const names = parts.get(shard.number);
  return names === undefined ? { scored: [], missing: [whole] } : pieceState(names, whole);
}

function pieceState(names: ReadonlySet<string>, piece: Piece): ShardState {
  if (names.has(pieceName(piece))) return { scored: [piece], missing: [] };
  if (piece.to - piece.from < 2) return { scored: [], missing: [piece] };
  const halves = halvesOf(piece).map((half) => pieceState(names, half));
  const scored = halves.flatMap((half) => half.scored);
  // Nothing of it: it is missing as a whole, and not record by record.
  if (scored.length === 0) return { scored, missing: [piece] };
  return { scored, missing: halves.flatMap((half) => half.missing) };
}

/** What the failures of a record say that was given up. */
const DIED = '"code":"WORKER_DIED"';

/** Gives a file a name that must not be taken; false where it is. `what` names it in the message. */
async function firstToName(file: string, name: string, what: string): Promise<boolean> {
  try {
    const isFirst = await linkFirst(file, name);
    if (isFirst !== null) return isFirst;
    // File systems without hard links: of two that come at the same moment the second one's bytes stay.
    if (await exists(name)) return false;
    await rename(file, name);
    return true;
  } catch (cause) {
    throw unwritableFile(what, name, cause);
  }
}

/** The lines of a part, without its header, and without what depends on the prompts decoded before. */
async function scoresOf(part: string): Promise<string> {
  const text = (await readWhole(part, "the part")).toString();
  return text.slice(text.indexOf("\n")).replaceAll(/"(?:reusedTokens|branchTokens)":\d+/g, "");
}
