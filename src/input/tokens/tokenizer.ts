/** Attribute of a vocabulary entry that matters for keeping record text apart. */
export type SpecialTokenKind = "control" | "user-defined" | "unknown";

/** A token whose text llama.cpp's tokeniser looks for before it splits words. */
export interface SpecialToken {
  readonly id: number;
  readonly text: string;
  readonly kind: SpecialTokenKind;
}

/** What the tokens stage needs of a judge: its vocabulary. Implemented by the native capture. */
export interface Tokenizer {
  /**
   * Token ids of each text, tokenised on its own; no BOS or EOS is added.
   * `special` decides whether the texts of special tokens become those tokens.
   */
  tokenize(texts: readonly { text: string; special: boolean }[]): Promise<Int32Array[]>;
  /** Text of one token, special tokens shown. */
  tokenText(id: number): string | Promise<string>;
  /** All control, user-defined and unknown tokens with a non-empty text. */
  readonly specialTokens: readonly SpecialToken[];
  /** The BOS token, or `null` when the model has none. */
  readonly bosToken: number | null;
  /** Whether the model wants BOS in front of every prompt. */
  readonly addsBos: boolean;
}

/** The texts of tokens, each on its own. */
export async function tokenTexts(
  tokenizer: Pick<Tokenizer, "tokenText">,
  ids: Iterable<number>,
): Promise<string[]> {
  const texts: string[] = [];
  for (const id of ids) {
    const text = tokenizer.tokenText(id);
    texts.push(typeof text === "string" ? text : await text);
  }
  return texts;
}
