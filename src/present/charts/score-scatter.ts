import type { EvalResult } from "../../analysis/eval/eval-result.ts";
import { countText, figureText } from "../../base/figure-text.ts";
import { sideNames, xAxis, yAxis } from "./axes.ts";
import { type Chart, nameFrom, type PlotLibrary, SMALL } from "./chart.ts";
import { color, methodStyle } from "./palette.ts";
import { type SideLabel, spreadLabels } from "./spread-labels.ts";

/** An item's human score and a method's. */
interface Pair {
  readonly human: number;
  readonly predicted: number;
}

/** More dots than these hide each other. */
export const MOST_DOTS = 300;

/** A mean of fewer items than these says little. */
const LEAST_IN_BIN = 5;

/**
 * The method that a chart with room for one shows: the learned weights' where there are any, else the
 * run's own, else whatever there is.
 */
export function mainMethod({ mainMethods, run }: EvalResult): string {
  const preferred = ["lager-tuned", run.method ?? "lager", "e-score"];
  return preferred.find((name) => mainMethods.includes(name)) ?? mainMethods[0] ?? "e-score";
}

/**
 * Predicted against human scores, a chart for each criterion: dots of the main method, and its mean
 * prediction by human score beside the e-score's.
 */
export function scoreScatters(result: EvalResult): Chart[] {
  const method = mainMethod(result);
  const lines = [...new Set([method, "e-score"])].filter((name) =>
    result.mainMethods.includes(name),
  );
  return result.items.criterionNames.flatMap((criterion, c) => {
    const pairs = pairsOf(result, c, method);
    if (pairs.length < 2) return [];
    const means = lines.map((name) => ({ name, points: binMeans(pairsOf(result, c, name)) }));
    const rho = result.criteria[criterion]?.methods.find(
      (each) => each.method === method,
    )?.spearman;
    return [scatterChart(criterion, method, pairs, means, rho?.value ?? null)];
  });
}

function scatterChart(
  criterion: string,
  method: string,
  pairs: readonly Pair[],
  means: readonly { readonly name: string; readonly points: readonly Pair[] }[],
  rho: number | null,
): Chart {
  const dots = thinned(pairs);
  const style = methodStyle(method);
  const [low, high] = ends(pairs.map(({ human }) => human));
  const [least, most] = ends([
    ...pairs.map(({ predicted }) => predicted),
    ...means.flatMap(({ points }) => points.map(({ predicted }) => predicted)),
  ]);
  // Human scores are few distinct values: moved a little, dots that hide each other are seen.
  const jitter = (high - low) * 0.025;
  return {
    name: nameFrom("scatter", method, criterion),
    title: criterion,
    description:
      `${countText(pairs.length)} items; Spearman of ${method} with the human scores ` +
      `${figureText(rho)}. ` +
      means
        .map(({ name, points: [first, ...rest] }) =>
          first === undefined
            ? `${name}: too few items for means.`
            : `Mean ${name} from ${figureText(first.predicted, 2)} at human score ` +
              `${figureText(first.human, 2)} to ${figureText((rest.at(-1) ?? first).predicted, 2)} ` +
              `at ${figureText((rest.at(-1) ?? first).human, 2)}.`,
        )
        .join(" "),
    width: SMALL,
    plot: (plot) => {
      const labels = spreadLabels(
        means.flatMap(({ name, points }): SideLabel[] => {
          const end = points.at(-1);
          return end === undefined
            ? []
            : [{ text: name, color: methodStyle(name).color, y: end.predicted }];
        }),
        ((most - least || 1) / 190) * 15,
      );
      return {
        height: 250,
        marginTop: 22,
        marginBottom: 38,
        marginLeft: 34,
        marginRight: 88,
        x: { domain: [low - 2 * jitter, high + 2 * jitter] },
        y: { domain: [least, most], inset: 6 },
        marks: [
          ...yAxis(plot, "predicted"),
          xAxis(plot, "human score"),
          plot.dot(dots, {
            x: (pair: Pair, i: number) => pair.human + (((i * 0.618) % 1) * 2 - 1) * jitter,
            y: "predicted",
            r: 2,
            fill: style.color,
            fillOpacity: 0.45,
          }),
          ...means.flatMap(({ name, points }) => meanMarks(plot, name, points)),
          sideNames(plot, labels),
        ],
      };
    },
  };
}

function meanMarks(plot: PlotLibrary, name: string, points: readonly Pair[]) {
  const style = methodStyle(name);
  const at = { x: "human", y: "predicted" } as const;
  return [
    plot.line(points, { ...at, stroke: color("paper"), strokeWidth: 5, strokeOpacity: 0.8 }),
    plot.line(points, {
      ...at,
      stroke: style.color,
      strokeWidth: 2,
      strokeDasharray: style.dash,
    }),
    plot.dot(points, {
      ...at,
      r: 4.5,
      symbol: style.symbol,
      fill: style.color,
      stroke: color("paper"),
      title: (point: Pair) =>
        `human ${figureText(point.human, 2)}: mean ${name} ${figureText(point.predicted, 2)}`,
    }),
  ];
}

function pairsOf({ items }: EvalResult, criterion: number, method: string): Pair[] {
  const scores = items.scores[method] ?? [];
  return items.criteria.flatMap((each, i) => {
    const [human, predicted] = [items.human[i] ?? null, scores[i] ?? null];
    return each === criterion && human !== null && predicted !== null ? [{ human, predicted }] : [];
  });
}

/** Every n-th item, so that {@link MOST_DOTS} are left. */
function thinned(pairs: readonly Pair[]): Pair[] {
  const step = Math.max(1, pairs.length / MOST_DOTS);
  return Array.from(
    { length: Math.min(pairs.length, MOST_DOTS) },
    (_, i) => pairs[Math.floor(i * step)],
  ).filter((pair) => pair !== undefined);
}

/** Mean human and predicted score in six equal parts of the human scores' range. */
function binMeans(pairs: readonly Pair[]): Pair[] {
  const [low, high] = ends(pairs.map(({ human }) => human));
  const bins: Pair[][] = Array.from({ length: 6 }, () => []);
  for (const pair of pairs) {
    const bin = Math.floor(((pair.human - low) / (high - low)) * bins.length);
    bins[Math.min(bin, bins.length - 1)]?.push(pair);
  }
  return bins
    .filter((bin) => bin.length >= LEAST_IN_BIN)
    .map((bin) => ({
      human: bin.reduce((sum, { human }) => sum + human, 0) / bin.length,
      predicted: bin.reduce((sum, { predicted }) => sum + predicted, 0) / bin.length,
    }));
}

/** The smallest and the largest; apart from each other even if they are the same. */
function ends(values: readonly number[]): [number, number] {
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return least < most ? [least, most] : [least - 0.5, most + 0.5];
}
