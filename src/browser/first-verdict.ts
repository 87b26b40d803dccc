import { figureText } from "../base/figure-text.ts";
import type { Compared } from "./messages.ts";

/**
 * What the first figures say of a run, in a sentence or two: without intervals, and so without a judgment.
 *
 * @param name The run's, where there are several; else null.
 */
export function firstVerdict(
  { agreement, baseline, layers }: Pick<Compared, "agreement" | "baseline" | "layers">,
  name: string | null,
): string {
  const start = name === null ? "" : `${name}: `;
  const { mean, criteria, pooled } = agreement;
  if (pooled.n === 0) return `${start}No line has a human score.`;
  const scope = criteria.length > 1 ? `, the mean over ${criteria.length} criteria` : "";
  return (
    `${start}With --layers ${layers.spec}, Spearman's correlation with people is ` +
    `${figureText(mean.spearman)}${scope}; the e-score's ${figureText(baseline.mean.spearman)}.`
  );
}
