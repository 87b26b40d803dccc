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
  /**
   * The whole prompt with characters that mean nothing in the place of the record's own: what special
   * tokens are in it come from the templates alone. Absent where there is no record.
   */
  readonly neutral?: string;
}

/** One piece of a rendered prompt. */
export interface PromptPiece {
  readonly text: string;
  /** `template`: special tokens are read as such. `record`: they are plain text. */
  readonly source: "template" | "record";
}
