const NEWLINE = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** What a byte is: part of a record, between records, or what ends a record (and is no part of it). */
export type ByteRole = "record" | "between" | "end";

/**
 * Tells byte by byte where records begin and end. All that matters for that is ASCII, so bytes need
 * not be decoded, and broken text in one record cannot hide the end of it.
 */
export interface RecordScanner {
  roleOf(byte: number): ByteRole;
  /** At the end of the input: what is missing or too much; `undefined` when all is well. */
  problemAtEnd(): string | undefined;
}

/** JSON Lines: every line is a record. */
export class LineScanner implements RecordScanner {
  roleOf(byte: number): ByteRole {
    return byte === NEWLINE ? "end" : "record";
  }

  problemAtEnd(): undefined {
    return undefined;
  }
}

/** CSV: a line is a row, unless it ends inside a quoted cell. */
export class CsvRowScanner implements RecordScanner {
  #quoted = false;
  #cellStart = true;
  #separator = COMMA;

  /** What ends a cell, one ASCII character; the header row tells it. */
  set separator(character: string) {
    this.#separator = character.charCodeAt(0);
  }

  roleOf(byte: number): ByteRole {
    if (this.#quoted) {
      // A doubled quote closes the cell for no more than one byte.
      if (byte === QUOTE) this.#quoted = false;
      this.#cellStart = byte === QUOTE;
      return "record";
    }
    if (byte === QUOTE && this.#cellStart) {
      this.#quoted = true;
      return "record";
    }
    this.#cellStart = byte === this.#separator || byte === NEWLINE;
    return byte === NEWLINE ? "end" : "record";
  }

  problemAtEnd(): string | undefined {
    return this.#quoted
      ? "the input ends inside a quoted cell; its closing quote is missing"
      : undefined;
  }
}

/** A JSON array: every element is a record. */
export class JsonArrayScanner implements RecordScanner {
  #state: "before" | "first" | "elements" | "after" | "no-array" = "before";
  /** Open braces and brackets within the element. */
  #depth = 0;
  #inText = false;
  #escaped = false;
  #textAfterEnd = false;

  /** Whether the input began with an array; otherwise it has no records at all. */
  get arrayFound(): boolean {
    return this.#state !== "before" && this.#state !== "no-array";
  }

  roleOf(byte: number): ByteRole {
    switch (this.#state) {
      case "before":
        if (!isSpace(byte)) this.#state = byte === OPENING_BRACKET ? "first" : "no-array";
        return "between";
      case "first":
      case "elements":
        return this.#roleInArray(byte);
      default:
        if (!isSpace(byte)) this.#textAfterEnd = true;
        return "between";
    }
  }

  problemAtEnd(): string | undefined {
    switch (this.#state) {
      case "before":
        return "the input is empty; a JSON input is an array of records";
      case "no-array":
        return "a JSON input is an array of records ([…]); for one record per line, use .jsonl";
      case "after":
        return this.#textAfterEnd ? "there is text after the end of the array" : undefined;
      default:
        return "the input ends before the array does; it may be cut off";
    }
  }

  #roleInArray(byte: number): ByteRole {
    if (this.#inText) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inText = false;
      return "record";
    }
    if (this.#depth === 0) {
      if (isSpace(byte)) return "between";
      if (byte === CLOSING_BRACKET) {
        const role = this.#state === "first" ? "between" : "end";
        this.#state = "after";
        return role;
      }
      this.#state = "elements";
      if (byte === COMMA) return "end";
    }
    if (byte === QUOTE) this.#inText = true;
    else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) this.#depth++;
    else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) {
      this.#depth = Math.max(0, this.#depth - 1);
    }
    return "record";
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === NEWLINE || byte === 0x0d;
}
