import { type FileHandle, open } from "node:fs/promises";
import { LagerError } from "../base/errors.ts";
import { unreadableFile } from "../base/files.ts";
import { parseJson } from "../base/json.ts";
import type { Outcome } from "../scoring/score/outcome.ts";
import { runItemParser } from "./parse-run-line.ts";
import type { LineFile, PlannedLine } from "./resumed-lines.ts";
import type { RunHeader } from "./run-format.ts";

/** Reads single lines of a run's files, as they are to be in the run. */
export class PlannedReader {
  readonly #paths: Readonly<Record<LineFile, string>>;
  readonly #header: RunHeader;
  readonly #files = new Map<LineFile, Promise<FileHandle>>();

  constructor(header: RunHeader, paths: Readonly<Record<LineFile, string>>) {
    this.#header = header;
    this.#paths = paths;
  }

  /** The line's outcome, with what it must say now. */
  async outcome(planned: PlannedLine): Promise<Outcome> {
    const bytes = await this.bytes(planned);
    const place = { file: this.#paths[planned.file] };
    const value = parseJson(
      bytes,
      (reason, cause) =>
        new LagerError("INVALID_RUN", `the line is not JSON any more (${reason})`, {
          place,
          cause,
        }),
    );
    const line = runItemParser(this.#header)(value, place);
    if (planned.now === null) return line;
    if (planned.now.failure !== null) return planned.now.failure;
    const { human, responseLength, systemId, group } = planned.now.facts;
    return line.kind === "score" ? { ...line, human, responseLength, systemId, group } : line;
  }

  /** The line as it stands in its file, its line end included. */
  async bytes({ file, line: { offset, length } }: PlannedLine): Promise<Buffer> {
    const path = this.#paths[file];
    try {
      const opened = this.#files.get(file) ?? open(path, "r");
      this.#files.set(file, opened);
      const handle = await opened;
      const bytes = Buffer.alloc(length);
      for (let done = 0; done < length; ) {
        const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0) throw new Error("it was cut");
        done += bytesRead;
      }
      return bytes;
    } catch (error) {
      throw unreadableFile("the run file", path, error);
    }
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#files.values());
    this.#files.clear();
    for (const each of opened) if (each.status === "fulfilled") await each.value.close();
  }
}
