import { printNote, redrawLine, statusColumns } from "./terminal.ts";

const REDRAW_MS = 100;
const PLAIN_MS = 10_000;

/**
 * One line of progress on standard error: drawn over and over on a terminal, a plain line now and
 * then anywhere else, nothing when quiet.
 */
export class StatusLine {
  readonly #quiet: boolean;
  #shownAt = Number.NEGATIVE_INFINITY;
  #drawn = false;

  constructor({ quiet = false }: { readonly quiet?: boolean } = {}) {
    this.#quiet = quiet;
  }

  /** Shows the line, unless the one before is too fresh. The texts are made only when shown. */
  update(onTerminal: (columns: number) => string, plain: () => string): void {
    const columns = statusColumns();
    const now = performance.now();
    // Elsewhere the first line waits as well: a run that is over at once needs none.
    if (columns === null && this.#shownAt === Number.NEGATIVE_INFINITY) this.#shownAt = now;
    if (this.#quiet || now - this.#shownAt < (columns === null ? PLAIN_MS : REDRAW_MS)) return;
    this.#shownAt = now;
    if (columns === null) {
      printNote(plain());
    } else {
      redrawLine(onTerminal(columns));
      this.#drawn = true;
    }
  }

  /** Shows what is being done, the same everywhere. */
  show(text: string): void {
    const line = (): string => text;
    this.update(line, line);
  }

  /** Takes the line away, so that other text can be printed. */
  clear(): void {
    if (this.#drawn) redrawLine("");
    this.#drawn = false;
    this.#shownAt = Number.NEGATIVE_INFINITY;
  }

  /** Prints a line of its own that nobody may miss, quiet or not. */
  insist(text: string): void {
    this.clear();
    printNote(text);
  }

  /** Prints a line of its own, unless quiet. */
  note(text: string): void {
    this.clear();
    if (!this.#quiet) printNote(text);
  }

  /** Prints a line where there is something to say. */
  noteIfAny(text: string | null): void {
    if (text !== null) this.note(text);
  }
}
