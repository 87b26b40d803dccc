/** Enough for an assertion's place and a short stack. */
const MOST_LINES = 12;
/** Of one line: an error's message is to stay readable. */
const LONGEST_LINE = 300;

/** The last lines of a text that comes in pieces; memory does not grow with the text. */
export class LastLines {
  readonly #lines: string[] = [];
  #open = "";

  add(piece: string): void {
    const [first = "", ...others] = piece.split("\n");
    this.#open = cut(this.#open + first);
    for (const line of others) {
      this.#keep(this.#open);
      this.#open = cut(line);
    }
  }

  /** Without empty ones. */
  get lines(): readonly string[] {
    return this.#open.trim() === "" ? this.#lines : [...this.#lines, this.#open.trimEnd()];
  }

  #keep(line: string): void {
    if (line.trim() === "") return;
    this.#lines.push(line.trimEnd());
    if (this.#lines.length > MOST_LINES) this.#lines.shift();
  }
}

function cut(line: string): string {
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
}
