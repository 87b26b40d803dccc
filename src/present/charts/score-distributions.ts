import type { ScoreCounts } from "../../analysis/eval/score-distributions.ts";
import { countText, figureText } from "../../base/figure-text.ts";
import { xAxis } from "./axes.ts";
import { type Chart, nameFrom, SMALL } from "./chart.ts";
import { methodStyle } from "./palette.ts";

/** One bar of a histogram. */
interface Bar {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Of the series' items, 0…1. */
  readonly share: number;
}

/**
 * How often which score was given, a chart for each criterion: humans and each main method in a
 * row of their own, on one axis and on one scale of shares.
 */
export function scoreDistributions(distributions: readonly ScoreCounts[]): Chart[] {
  return distributions.flatMap((distribution) => {
    const bars = barsOf(distribution);
    return bars.length === 0 ? [] : [distributionChart(distribution, bars)];
  });
}

function distributionChart({ criterion }: ScoreCounts, bars: readonly Bar[]): Chart {
  const names = [...new Set(bars.map(({ name }) => name))];
  const most = Math.max(...bars.map(({ share }) => share));
  return {
    name: nameFrom("distribution", criterion),
    title: criterion,
    description: names.map((name) => commonest(name, bars)).join(" "),
    width: SMALL,
    plot: (plot) => ({
      height: 46 + names.length * 44,
      marginTop: 8,
      marginBottom: 38,
      marginLeft: 90,
      marginRight: 10,
      fy: { domain: names, padding: 0.14, axis: null },
      y: { domain: [0, most], axis: null },
      x: { label: "score", labelAnchor: "center", labelArrow: "none" },
      marks: [
        plot.rectY(bars, {
          fy: "name",
          x1: "from",
          x2: "to",
          y: "share",
          inset: 0.5,
          fill: (bar: Bar) => methodStyle(bar.name).color,
          title: (bar: Bar) =>
            `${bar.name}, ${figureText(bar.from, 2)} to ${figureText(bar.to, 2)}: ` +
            `${countText(bar.count)} items`,
        }),
        plot.ruleY(names, { fy: (name: string) => name, y: 0, strokeOpacity: 0.5 }),
        plot.text(names, {
          fy: (name: string) => name,
          text: (name: string) => name,
          fill: (name: string) => methodStyle(name).color,
          frameAnchor: "bottom-left",
          textAnchor: "end",
          dx: -8,
          dy: -2,
        }),
        xAxis(plot, "score"),
      ],
    }),
  };
}

function barsOf({ edges, series }: ScoreCounts): Bar[] {
  return series.flatMap(({ name, counts }) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (total === 0) return [];
    return counts.map((count, i) => ({
      name,
      from: edges[i] ?? 0,
      to: edges[i + 1] ?? 0,
      count,
      share: count / total,
    }));
  });
}

function commonest(name: string, bars: readonly Bar[]): string {
  const own = bars.filter((bar) => bar.name === name);
  const top = own.reduce((best, bar) => (bar.share > best.share ? bar : best), own[0] as Bar);
  return (
    `${name}: ${figureText(top.share * 100, 0)} % of the scores lie from ` +
    `${figureText(top.from, 2)} to ${figureText(top.to, 2)}.`
  );
}
