import type { SpecialToken, Tokenizer } from "../../../src/input/tokens/tokenizer.ts";

export interface FakeOptions {
  /** How ordinary text is cut into tokens. */
  readonly words?: RegExp;
  readonly specials?: readonly Omit<SpecialToken, "id">[];
  readonly bos?: string;
}

/** Merges a space into the word or digit behind it, as byte-pair tokenisers do. */
export const MERGES_SPACE = / ?[a-z]+| ?\d|\s|./gu;
/** A space is a token of its own. */
export const SPLITS_SPACE = /[a-z]+|\d|\s|./gu;

/**
 * Tokenises as llama.cpp does: the texts of special tokens first, the longest of all first, and
 * between them words. User-defined tokens are found whether `special` is on or not.
 */
export class FakeTokenizer implements Tokenizer {
  readonly specialTokens: readonly SpecialToken[];
  readonly bosToken: number | null;
  readonly addsBos: boolean;
  /** Every text that was asked for, to see what work was done. */
  readonly asked: string[] = [];
  readonly #words: RegExp;
  readonly #texts: string[] = [];

  constructor({ words = MERGES_SPACE, specials = [], bos }: FakeOptions = {}) {
    this.#words = words;
    this.specialTokens = specials.map(({ text, kind }) => ({
      id: this.#id(text, true),
      text,
      kind,
    }));
    this.addsBos = bos !== undefined;
    this.bosToken = bos === undefined ? null : this.#id(bos, true);
  }

  async tokenize(texts: readonly { text: string; special: boolean }[]): Promise<Int32Array[]> {
    this.asked.push(...texts.map(({ text }) => text));
    return texts.map(({ text, special }) => Int32Array.from(this.#parts(text, special)));
  }

  tokenText(id: number): string {
    return (this.#texts[id] ?? "").replace(/^special:/, "");
  }

  /** Ids of one text, special tokens on: what `llama_tokenize` of the whole string gives. */
  whole(text: string): number[] {
    return this.#parts(text, true);
  }

  /** The tokens' texts, special ones in double brackets. */
  show(ids: Iterable<number>): string[] {
    return Array.from(ids, (id) =>
      (this.#texts[id] ?? "").replace(/^special:(.*)$/s, (_, text: string) => `⟦${text}⟧`),
    );
  }

  #parts(text: string, special: boolean): number[] {
    let parts: (string | number)[] = [text];
    const byLength = [...this.specialTokens].sort((a, b) => b.text.length - a.text.length);
    for (const token of byLength) {
      if (!special && token.kind !== "user-defined") continue;
      parts = parts.flatMap((part) =>
        typeof part === "number"
          ? [part]
          : part
              .split(token.text)
              .flatMap((between, index) => (index === 0 ? [between] : [token.id, between])),
      );
    }
    return parts.flatMap((part) =>
      typeof part === "number"
        ? [part]
        : Array.from(part.matchAll(this.#words), ([word]) => this.#id(word, false)),
    );
  }

  #id(text: string, special: boolean): number {
    const key = special ? `special:${text}` : text;
    const id = this.#texts.indexOf(key);
    return id === -1 ? this.#texts.push(key) - 1 : id;
  }
}
