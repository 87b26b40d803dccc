/** Whether one judge can be used, and how exactly. */
export interface JudgeCheck {
  readonly file: string;
  readonly architecture: string | null;
  readonly layers: number | null;
  /** Rows of hidden states that can be captured: the layers, and the token embedding. */
  readonly captured: number | null;
  /** Largest difference of the last layer's score logits to llama.cpp's own; 0: bit-identical. */
  readonly maxDifference: number | null;
  readonly supported: boolean;
  /** Why it is not supported; null where it is. */
  readonly reason: string | null;
}
