/** Which of the two kinds of logits is aggregated: W_k · N(h_l), or W_k · h_l. */
export type Projection = "normed" | "raw";
export const PROJECTIONS = ["normed", "raw"] as const satisfies readonly Projection[];
