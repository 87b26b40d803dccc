import { type FileHandle, open } from "node:fs/promises";
import { endianness } from "node:os";
import { checkArguments, NUMBER, PATH } from "../base/arguments.ts";
import { LagerError } from "../base/errors.ts";
import { unreadableFile } from "../base/files.ts";
import {
  HIDDEN_DATA_START,
  type HiddenHeader,
  hiddenPath,
  parseHiddenHeader,
  UNFINISHED,
} from "./hidden-format.ts";

/** The hidden states of a run, read row by row. Made by {@link openHidden}. */
export interface HiddenReader extends HiddenHeader, AsyncDisposable {
  readonly path: string;
  /** Whole rows in the file. */
  readonly rows: number;
  /**
   * The states of one item, shape [layers, width].
   *
   * @throws LagerError `INVALID_RUN` when there is no such row, `UNREADABLE_FILE`.
   */
  read(row: number): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * Opens the hidden states beside a run file. Where its writer was killed, what it had written by
 * then is read: every line of the run has its row.
 *
 * @throws LagerError `UNREADABLE_FILE`, also when there are none; `INVALID_RUN`.
 */
export async function openHidden(runFile: string): Promise<HiddenReader> {
  checkArguments("openHidden", { runFile: [runFile, PATH] });
  const path = hiddenPath(runFile);
  const finished = await openOrNull(path);
  if (finished !== null) return makeReader(finished, path, true);
  const part = path + UNFINISHED;
  const unfinished = await openOrNull(part);
  if (unfinished !== null) return makeReader(unfinished, part, false);
  throw new LagerError(
    "UNREADABLE_FILE",
    `the run has no hidden states, which would be in ${path}: score it with --capture hidden`,
    { place: { file: runFile } },
  );
}

async function makeReader(
  handle: FileHandle,
  path: string,
  isFinished: boolean,
): Promise<HiddenReader> {
  try {
    const header = await readBytes(handle, path, 0, HIDDEN_DATA_START);
    const { rows: written, ...described } = parseHiddenHeader(header, path);
    const { layers, width } = described;
    const rowBytes = layers.length * width * 4;
    const { size } = await handle.stat();
    const whole = Math.floor((size - HIDDEN_DATA_START) / rowBytes);
    if (isFinished && size !== HIDDEN_DATA_START + written * rowBytes) {
      throw new LagerError(
        "INVALID_RUN",
        `the file should hold ${written} rows and has bytes for ${whole}: it was cut or changed`,
        { place: { file: path } },
      );
    }
    const read = async (row: number): Promise<Float32Array> => {
      checkArguments("HiddenReader.read", { row: [row, NUMBER] });
      if (!Number.isSafeInteger(row) || row < 0 || row >= whole) {
        throw new LagerError(
          "INVALID_RUN",
          `there is no row ${row} of hidden states: the file holds ${whole}`,
          { place: { file: path } },
        );
      }
      const bytes = await readBytes(handle, path, HIDDEN_DATA_START + row * rowBytes, rowBytes);
      if (endianness() !== "LE") bytes.swap32();
      return new Float32Array(bytes.buffer, bytes.byteOffset, rowBytes / 4);
    };
    const close = () => handle.close();
    return { path, ...described, rows: whole, read, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openOrNull(path: string): Promise<FileHandle | null> {
  return open(path, "r").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw unreadableFile("the file of hidden states", path, error);
  });
}

/** A buffer of its own, and thus aligned for float32. */
async function readBytes(
  handle: FileHandle,
  path: string,
  position: number,
  length: number,
): Promise<Buffer> {
  const bytes = Buffer.from(new ArrayBuffer(length));
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle
      .read(bytes, done, length - done, position + done)
      .catch((error: unknown) => {
        throw unreadableFile("the file of hidden states", path, error);
      });
    if (bytesRead === 0) {
      throw new LagerError("INVALID_RUN", "the file ends too soon: it was cut", {
        place: { file: path },
      });
    }
    done += bytesRead;
  }
  return bytes;
}
