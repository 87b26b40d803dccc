/** What was measured of each layout of a judge's weights on this machine, and what was kept. */
export interface PrepareResult {
  readonly schema: 1;
  /** SHA-256 of the judge's file as it came. */
  readonly sourceSha256: string;
  /** Features of the processor on which it was measured. */
  readonly cpuFeatures: string;
  /** Release of llama.cpp. */
  readonly llama: string;
  /** The file as it came first. */
  readonly figures: readonly {
    /** `as it is`, or the type of the weights that it was rewritten as. */
    readonly layout: string;
    readonly bytes: number;
    /** Prompt tokens a second, median of the repetitions. */
    readonly tokensPerSecond: number;
    /** Largest difference of a normed score logit, over prompts and layers, to the reference. */
    readonly difference: number;
    /** What becomes of it: `kept`, `as it is`, or why it is not kept. */
    readonly verdict: string;
  }[];
  /** The rewritten file in the cache; null where the judge is best as it is. */
  readonly kept: { readonly type: string; readonly file: string; readonly sha256: string } | null;
}
