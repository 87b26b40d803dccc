import type { LabelTree } from "./label-tree.ts";

/** A prompt ready to decode. */
export interface TokenizedPrompt {
  /** Token ids up to and including the score position, shape [tokens]. */
  readonly tokens: Int32Array;
  /** Index of the score position: always the last token. Its hidden states predict the score. */
  readonly scorePosition: number;
  /** The labels of the scale, in its order, as tokens that follow the score position. */
  readonly labels: LabelTree;
}
