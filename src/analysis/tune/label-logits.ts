/** Logits of many lines, of whichever projection is learned with. */
export interface LabelLogits {
  /** Numeric values of the labels, ascending, shape [labels]. */
  readonly values: readonly number[];
  /** Rows of `nodes[].logits` in a line: the token embedding and all layers. */
  readonly rowsPerLine: number;
  /** The places where the labels' tokens part; one where each label is one token. */
  readonly nodes: readonly {
    readonly outcomeCount: number;
    /** Which outcome each label goes through, −1: the label is elsewhere. Shape [labels]. */
    readonly outcomeOf: ArrayLike<number>;
    /** Row-major, shape [lines, rowsPerLine, outcomes]. */
    readonly logits: Float32Array;
  }[];
}
