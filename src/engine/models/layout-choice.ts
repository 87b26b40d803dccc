/** What was measured of one layout of a judge's weights. */
export interface LayoutFigures {
  /** `as it is`, or the type of the weights that it was rewritten as. */
  readonly layout: string;
  readonly bytes: number;
  /** Prompt tokens a second, median of the repetitions. */
  readonly tokensPerSecond: number;
  /** Largest difference of a normed score logit, over prompts and layers, to the reference layout. */
  readonly difference: number;
}

/** The layout of the file as it came. */
export const AS_IT_IS = "as it is";

/** Whether a prepared file may stand for the judge's own. */
export const PREPARED_CHOICES = ["auto", "off"] as const;

/** A rewritten file takes disk space, so it must be worth it. */
const LEAST_GAIN = 1.1;

/** Types that hold the weights of any coarser one, or nearly so; never a coarser quantisation. */
export const LAYOUTS = ["F16", "BF16", "Q8_0"] as const;

/** What becomes of one layout. */
export type LayoutVerdict =
  | "kept"
  | "as it is"
  | "slower"
  | "hardly faster"
  | "not the fastest"
  | "less exact";

/**
 * Judges each layout. One is allowed if its logits are no further from the reference than those of
 * the file as it came: then nothing of the judge's fidelity is lost. The fastest allowed one is
 * kept, if it is at least a tenth faster.
 *
 * @param figures - the file as it came among them.
 */
export function judgeLayouts(figures: readonly LayoutFigures[]): readonly LayoutVerdict[] {
  const source = figures.find(({ layout }) => layout === AS_IT_IS);
  const isAllowed = ({ difference }: LayoutFigures) =>
    source !== undefined && difference <= source.difference;
  const fastest = figures
    .filter((each) => each !== source && isAllowed(each))
    .reduce<LayoutFigures | undefined>(
      (best, each) =>
        best === undefined || each.tokensPerSecond > best.tokensPerSecond ? each : best,
      undefined,
    );
  return figures.map((each) => {
    if (each === source) return "as it is";
    if (!isAllowed(each)) return "less exact";
    const gain = each.tokensPerSecond / (source?.tokensPerSecond ?? Number.POSITIVE_INFINITY);
    if (gain < 1) return "slower";
    if (gain < LEAST_GAIN) return "hardly faster";
    return each === fastest ? "kept" : "not the fastest";
  });
}
