import { escapeRegExp } from "../../base/escape-regexp.ts";

/**
 * Finds the tail of a text: from its last special token's text to its end.
 *
 * White space does not count, although some vocabularies have tokens for runs of it: with them,
 * where a tail begins would depend on what stands before it.
 */
export class SpecialTail {
  readonly #special: RegExp | undefined;

  constructor(specialTexts: readonly string[]) {
    const texts = specialTexts.filter((text) => text.trim() !== "");
    if (texts.length === 0) return;
    const alternatives = [...new Set(texts)].sort((a, b) => b.length - a.length).map(escapeRegExp);
    this.#special = new RegExp(alternatives.join("|"), "g");
  }

  /** `undefined` when the text holds no special token. */
  of(text: string): string | undefined {
    if (this.#special === undefined) return undefined;
    let last: number | undefined;
    for (const match of text.matchAll(this.#special)) last = match.index;
    return last === undefined ? undefined : text.slice(last);
  }
}
