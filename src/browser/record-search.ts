import type { RecordTexts } from "../input/dataset/record.ts";

/** Finds a part of the records' ids and texts, in whatever case. */
export class RecordSearch {
  /** Of each record what is searched: its id, and its texts where they are known. */
  #parts: readonly string[];
  /** What was looked for last, and where it stands: 1 of a record in which it does. */
  #last: { readonly wanted: string; readonly found: Uint8Array } | null = null;

  constructor(ids: readonly string[]) {
    this.#parts = ids.map((id) => id.toLowerCase());
  }

  /** Searches these texts, too. @param texts by record; null of one without. */
  addTexts(ids: readonly string[], texts: readonly (RecordTexts | null)[]): void {
    this.#parts = ids.map((id, record) => {
      const { instruction, response, reference, context } = texts[record] ?? NO_TEXTS;
      // Nobody can type what parts them.
      return [id, instruction, response, reference, context].join("\0").toLowerCase();
    });
    this.#last = null;
  }

  /** @param wanted in lower case. @returns 1 of each record in which it stands. */
  find(wanted: string): Uint8Array {
    const last = this.#last;
    // Whoever types on looks among what was found.
    const among = last !== null && wanted.includes(last.wanted) ? last.found : null;
    const found = new Uint8Array(this.#parts.length);
    for (let record = 0; record < found.length; record++) {
      if (among !== null && among[record] === 0) continue;
      if ((this.#parts[record] as string).includes(wanted)) found[record] = 1;
    }
    this.#last = { wanted, found };
    return found;
  }
}

const NO_TEXTS = { instruction: "", response: "", reference: "", context: "" };
