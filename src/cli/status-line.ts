import type { WriteStream } from "node:tty";

/** A stream that may be a terminal. */
type Output = NodeJS.WriteStream | WriteStream;

const REDRAW_MS = 100;
const PLAIN_MS = 10_000;

/**
 * One line of progress on standard error: drawn over and over on a terminal, a plain line now and
 * then anywhere else, nothing when quiet.
 */
export class StatusLine {
  readonly #output: Output;
  readonly #quiet: boolean;
  #shownAt = Number.NEGATIVE_INFINITY;
  #drawn = false;

  constructor(options: { quiet?: boolean; output?: Output } = {}) {
    this.#output = options.output ?? process.stderr;
    this.#quiet = options.quiet ?? false;
  }

  /** Shows the line, unless the one before is too fresh. The texts are made only when shown. */
  update(onTerminal: (columns: number) => string, plain: () => string): void {
    const terminal = this.#output.isTTY === true;
    const now = performance.now();
    // Elsewhere the first line waits as well: a run that is over at once needs none.
    if (!terminal && this.#shownAt === Number.NEGATIVE_INFINITY) this.#shownAt = now;
    if (this.#quiet || now - this.#shownAt < (terminal ? REDRAW_MS : PLAIN_MS)) return;
    this.#shownAt = now;
    if (terminal) {
      this.#output.write(`\r\x1b[2K${onTerminal(this.#output.columns ?? 80)}`);
      this.#drawn = true;
    } else {
      this.#output.write(`${plain()}\n`);
    }
  }

  /** Shows what is being done, the same everywhere. */
  show(text: string): void {
    const line = (): string => text;
    this.update(line, line);
  }

  /** Takes the line away, so that other text can be printed. */
  clear(): void {
    if (this.#drawn) this.#output.write("\r\x1b[2K");
    this.#drawn = false;
    this.#shownAt = Number.NEGATIVE_INFINITY;
  }

  /** Prints a line of its own that nobody may miss, quiet or not. */
  insist(text: string): void {
    this.clear();
    this.#output.write(`${text}\n`);
  }

  /** Prints a line of its own, unless quiet. */
  note(text: string): void {
    this.clear();
    if (!this.#quiet) this.#output.write(`${text}\n`);
  }

  /** Prints a line where there is something to say. */
  noteIfAny(text: string | null): void {
    if (text !== null) this.note(text);
  }
}
