/** A prompt ready to decode. */
export interface TokenizedPrompt {
  /** Token ids up to and including the score position, shape [tokens]. */
  readonly tokens: Int32Array;
  /** Index of the score position: always the last token. Its hidden states predict the score. */
  readonly scorePosition: number;
  /** One token id for each label of the scale, shape [labels], in the scale's order. */
  readonly scoreTokens: Int32Array;
}
