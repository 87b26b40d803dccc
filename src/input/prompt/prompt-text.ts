/**
 * A rendered prompt as a list of pieces; their texts joined are the whole prompt, answer prefix
 * included.
 *
 * An ordinary prompt is one `template` piece. Where record text holds the text of one of the
 * judge's special tokens, the prompt is cut around it, and that text becomes a `record` piece,
 * which is never read as a special token.
 */
export interface PromptText {
  readonly pieces: readonly PromptPiece[];
}

/** One piece of a rendered prompt. */
export interface PromptPiece {
  readonly text: string;
  /** `template`: special tokens are read as such. `record`: they are plain text. */
  readonly source: "template" | "record";
}
