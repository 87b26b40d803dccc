import { blaming } from "../base/arguments.ts";
import type { Outcome } from "../scoring/score/outcome.ts";
import { ClosesOnce } from "./closes-once.ts";
import { type FilePlace, FileSink } from "./file-sink.ts";
import { formatRunLine } from "./format-run-line.ts";
import type { OpenFile } from "./rescue.ts";
import type { RunHeader } from "./run-format.ts";

/**
 * Writes the lines of a run: its header, then one for each result.
 *
 * A line goes out whole, in one write, and {@link write} resolves when it is out. So a process
 * that is killed loses nothing it waited for, and leaves at most one cut last line.
 */
export class LineWriter extends ClosesOnce {
  /** Path of the run file. */
  readonly path: string;
  readonly #sink: FileSink;
  /** Whole lines behind the header. */
  #lines: number;

  private constructor(path: string, sink: FileSink, lines: number) {
    super();
    this.path = path;
    this.#sink = sink;
    this.#lines = lines;
    sink.sayOnFull(() => `${this.saved}; make room, and go on with --resume`);
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
    const sink = await FileSink.create(path, options.force === true ? "w+" : "wx+");
    const writer = new LineWriter(path, sink, 0);
    try {
      await sink.write(`${firstLine}\n`);
    } catch (error) {
      await writer.close();
      throw error;
    }
    return writer;
  }

  /**
   * Goes on with a run file behind its first `length` bytes, which hold so many lines; what stands after
   * them is taken away.
   *
   * @throws LagerError `UNWRITABLE_OUTPUT`.
   */
  static async append(path: string, length: number, lines: number): Promise<LineWriter> {
    return new LineWriter(path, await FileSink.append(path, length), lines);
  }

  /**
   * Appends one line. Resolves when it has been handed to the system, so that waiting for it is
   * all the backpressure that is needed; lines written without waiting keep their order.
   *
   * @param hiddenRow Row of its hidden states in the file beside the run.
   * @returns where it lies in the file, its line end included.
   * @throws LagerError `UNWRITABLE_OUTPUT` when it cannot be written, `DISPOSED` after close.
   */
  async write(line: Outcome, hiddenRow?: number): Promise<FilePlace> {
    this.requireOpen(`the run ${this.path} is`);
    const text = blaming("RunWriter.write", "outcome", () => formatRunLine(line, { hiddenRow }));
    const place = await this.#sink.write(`${text}\n`);
    this.#lines++;
    return place;
  }

  /** How much of the run is safe, for messages. */
  get saved(): string {
    return `${this.#lines} ${this.#lines === 1 ? "result is" : "results are"} whole in ${this.path}`;
  }

  /** The file as it is written to. */
  get opened(): OpenFile {
    return this.#sink.opened;
  }

  protected override end(): Promise<void> {
    return this.#sink.end();
  }
}
