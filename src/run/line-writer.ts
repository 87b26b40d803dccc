import { open } from "node:fs/promises";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Outcome } from "../scoring/score/outcome.ts";
import { ClosesOnce } from "./closes-once.ts";
import { formatRunLine } from "./format-run-line.ts";
import { openFailure, writeFailure } from "./output-failure.ts";
import type { RunHeader } from "./run-format.ts";

/**
 * Writes the lines of a run: its header, then one for each result.
 *
 * A line goes out whole, in one write, and {@link write} resolves when it is out. So a process
 * that is killed loses nothing it waited for, and leaves at most one cut last line.
 */
export class LineWriter extends ClosesOnce {
  /** Path of the run file, or a name for the stream. */
  readonly target: string;
  readonly #stream: Writable;
  readonly #ownsStream: boolean;
  #failure: unknown = null;

  private constructor(target: string, stream: Writable, ownsStream: boolean) {
    super();
    this.target = target;
    this.#stream = stream;
    this.#ownsStream = ownsStream;
    // Without a listener an error between two writes, such as a closed pipe, ends the process.
    stream.on("error", this.#remember);
  }

  /**
   * Creates a run file and writes its header.
   *
   * @param options.force Replace a file that is there already. Default: false.
   * @throws LagerError `OUTPUT_EXISTS`, or `UNWRITABLE_OUTPUT` when the file cannot be created.
   */
  static async open(
    path: string,
    header: RunHeader,
    options: { readonly force?: boolean } = {},
  ): Promise<LineWriter> {
    // Formatted first: a header that cannot be written must not cost an older run its file.
    const firstLine = formatRunLine(header);
    const handle = await open(path, options.force === true ? "w" : "wx").catch((error: unknown) => {
      throw openFailure(path, error);
    });
    const stream = handle.createWriteStream({ flush: true });
    const writer = new LineWriter(path, stream, true);
    await writer.#writeText(firstLine);
    return writer;
  }

  /**
   * Goes on with a run file behind its first `length` bytes; what stands after them is taken away.
   *
   * @throws LagerError `UNWRITABLE_OUTPUT`.
   */
  static async append(path: string, length: number): Promise<LineWriter> {
    try {
      const handle = await open(path, "r+");
      await handle.truncate(length);
      const stream = handle.createWriteStream({ flush: true, start: length });
      return new LineWriter(path, stream, true);
    } catch (error) {
      throw openFailure(path, error);
    }
  }

  /**
   * Writes a run to a stream that belongs to the caller, such as standard output; closing the
   * writer leaves the stream open.
   *
   * @param name What the stream is called in messages. Default: `standard output`.
   */
  static async toStream(
    stream: Writable,
    header: RunHeader,
    name = "standard output",
  ): Promise<LineWriter> {
    const writer = new LineWriter(name, stream, false);
    await writer.#writeText(formatRunLine(header));
    return writer;
  }

  /**
   * Appends one line. Resolves when it has been handed to the system, so that waiting for it is
   * all the backpressure that is needed; lines written without waiting keep their order.
   *
   * @param hiddenRow Row of its hidden states in the file beside the run.
   * @throws LagerError `UNWRITABLE_OUTPUT` when it cannot be written, `DISPOSED` after close.
   */
  async write(line: Outcome, hiddenRow?: number): Promise<void> {
    this.requireOpen(`the run ${this.target} is`);
    await this.#writeText(formatRunLine(line, { hiddenRow }));
  }

  protected override async finish(): Promise<void> {
    try {
      if (!this.#ownsStream) return;
      this.#stream.end();
      await finished(this.#stream);
    } catch (error) {
      throw writeFailure(this.target, error);
    } finally {
      this.#stream.off("error", this.#remember);
    }
  }

  #writeText(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) {
        reject(writeFailure(this.target, this.#failure));
        return;
      }
      this.#stream.write(`${text}\n`, (error) => {
        if (error) reject(writeFailure(this.target, error));
        else resolve();
      });
    });
  }

  readonly #remember = (error: unknown): void => {
    this.#failure ??= error;
  };
}
