import { type FileHandle, mkdir, open, stat } from "node:fs/promises";
import path from "node:path";
import { exists } from "../base/files.ts";
import { systemReason } from "../base/output-failure.ts";
import { hiddenPath, UNFINISHED } from "./hidden-format.ts";

/** A file that is written to, whoever has its name by now. */
export interface OpenFile {
  readonly path: string;
  /** Open to be read, too. */
  readonly file: FileHandle;
  /** Bytes that are whole. */
  readonly length: number;
}

/** Whether an open file still has its name: nobody removed it, or put another in its place. */
export async function isInPlace({ path, file }: Omit<OpenFile, "length">): Promise<boolean> {
  const own = await file.stat({ bigint: true });
  // A pipe or device is nobody's.
  if (!own.isFile()) return true;
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found !== null && found.dev === own.dev && found.ino === own.ino;
}

/** An open file, and whether it has its name. */
type FoundFile = OpenFile & { readonly isInPlace: boolean };

/**
 * Saves files that lost their names once more: under them where nothing has them by now, and else beside
 * them. Their folder is made again where it is gone.
 *
 * @param hidden - null where the run has none.
 * @returns what became of them, for a message.
 */
export async function savedAgain(lines: FoundFile, hidden: FoundFile | null): Promise<string> {
  try {
    const run = lines.isInPlace ? lines.path : await freePath(lines.path);
    if (!lines.isInPlace) await copyTo(run, lines);
    if (hidden !== null && run !== lines.path) {
      await copyTo(hiddenPath(run) + UNFINISHED, hidden);
    } else if (hidden?.isInPlace === false) {
      await copyTo(hidden.path, hidden);
    }
    return `what was scored is saved in ${run}, and --resume goes on with it`;
  } catch (error) {
    return `what was scored could not be saved (${systemReason(error)})`;
  }
}

/** The path, or `run.rescued.jsonl` beside it where something has it. */
async function freePath(wanted: string): Promise<string> {
  const { dir, name, ext } = path.parse(wanted);
  for (const mark of ["", ".rescued", `.rescued-${process.pid}`]) {
    const candidate = path.join(dir, `${name}${mark}${ext}`);
    if (!(await exists(candidate))) return candidate;
  }
  return path.join(dir, `${name}.rescued-${process.pid}-${Date.now()}${ext}`);
}

async function copyTo(target: string, { file, length }: OpenFile): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true });
  const copy = await open(target, "wx");
  try {
    const bytes = Buffer.alloc(Math.min(length, 2 ** 20));
    for (let done = 0; done < length; ) {
      const { bytesRead } = await file.read(bytes, 0, Math.min(bytes.length, length - done), done);
      if (bytesRead === 0) break;
      await copy.writeFile(bytes.subarray(0, bytesRead));
      done += bytesRead;
    }
    await copy.sync();
  } finally {
    await copy.close();
  }
}
