import type { Comparison, EvalResult, MethodFigures } from "../../analysis/eval/eval-result.ts";
import { differenceText, figureText, intervalText } from "../../base/figure-text.ts";

/**
 * What an evaluation says in whole sentences, the verdict first. Only the main methods are judged:
 * of a dozen variations one would beat the e-score by chance.
 */
export function summarySentences(result: EvalResult): string[] {
  if (result.counts.evaluated === 0) {
    return [
      "No line of this run has a human score: this page shows what the judge said, " +
        "not whether people agree.",
    ];
  }
  const eScore = figuresOf(result, "e-score");
  const rivals = result.comparisons.filter(({ method }) => result.mainMethods.includes(method));
  return [
    verdict(result, eScore, rivals),
    ...worse(rivals),
    ...lengthAlone(result),
    ...bestLayer(result),
  ];
}

function verdict(
  result: EvalResult,
  eScore: MethodFigures | null,
  rivals: readonly Comparison[],
): string {
  if (eScore === null || eScore.spearman.value === null) {
    return "The e-score has no correlation with the human scores that could be computed.";
  }
  const eScoreText = figureText(eScore.spearman.value);
  const [best, ...others] = sorted(result, rivals.filter(isBetter));
  if (best !== undefined) {
    const so = others.map((each) => `${each.method} (${gap(each)})`).join(", ");
    return (
      `${best.method} agrees with people better than the e-score: Spearman ` +
      `${spearmanOf(result, best.method)} against ${eScoreText}, a difference of ${gap(best)}.` +
      (others.length === 0 ? "" : ` So ${others.length === 1 ? "does" : "do"} ${so}.`)
    );
  }
  const start =
    `No main method beats the e-score (Spearman ${eScoreText} ` +
    `${intervalText(eScore.spearman)}) by more than its interval`;
  const [highest] = sorted(result, rivals);
  if (highest === undefined || (highest.spearman.difference ?? 0) <= 0) {
    return `${start}: none has a higher correlation.`;
  }
  return (
    `${start}: the highest, ${highest.method}, reaches ${spearmanOf(result, highest.method)}, ` +
    `a difference of ${gap(highest)}.`
  );
}

function worse(rivals: readonly Comparison[]): string[] {
  const behind = rivals.filter(isWorse);
  if (behind.length === 0) return [];
  const named = behind.map((each) => `${each.method} (${gap(each)})`).join(", ");
  return [`Worse than the e-score by more than the interval: ${named}.`];
}

/** A method that does not beat the length of the response has shown nothing. */
function lengthAlone(result: EvalResult): string[] {
  const length = figuresOf(result, "response-length")?.spearman.value ?? null;
  if (length === null) return [];
  const beaten = result.mainMethods.filter(
    (name) => (figuresOf(result, name)?.spearman.value ?? Number.POSITIVE_INFINITY) <= length,
  );
  if (beaten.length === 0) return [];
  const all = beaten.length === result.mainMethods.length;
  return [
    `The length of the response alone reaches ${figureText(length)}: ` +
      `${all ? "no main method is" : `${beaten.join(", ")} ${beaten.length === 1 ? "is" : "are"} not`} above it.`,
  ];
}

function bestLayer({ layers, run }: EvalResult): string[] {
  const best = layers
    .filter(({ projection, spearman }) => projection === "normed" && spearman.value !== null)
    .sort((a, b) => (b.spearman.value ?? 0) - (a.spearman.value ?? 0))[0];
  if (best === undefined) return [];
  if (best.layer === run.judge.layers) return ["No single layer is above the last one."];
  return [
    `The best single layer, ${best.layer} of ${run.judge.layers}, reaches ` +
      `${figureText(best.spearman.value)}, picked in hindsight.`,
  ];
}

/** Whether a method's whole interval of the difference lies above zero. */
export function isBetter({ spearman }: Pick<Comparison, "spearman">): boolean {
  return spearman.low !== null && spearman.low > 0;
}

/** Whether it lies below. */
export function isWorse({ spearman }: Pick<Comparison, "spearman">): boolean {
  return spearman.high !== null && spearman.high < 0;
}

function figuresOf({ methods }: EvalResult, name: string): MethodFigures | null {
  return methods.find(({ method }) => method === name) ?? null;
}

function sorted(result: EvalResult, comparisons: readonly Comparison[]): Comparison[] {
  const value = ({ method }: Comparison): number =>
    figuresOf(result, method)?.spearman.value ?? Number.NEGATIVE_INFINITY;
  return [...comparisons].sort((a, b) => value(b) - value(a));
}

function spearmanOf(result: EvalResult, name: string): string {
  return figureText(figuresOf(result, name)?.spearman.value);
}

function gap({ spearman }: Pick<Comparison, "spearman">): string {
  return `${differenceText(spearman.difference)} ${intervalText(spearman, 3)}`.trim();
}
