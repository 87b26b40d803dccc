import type {
  CriterionComparison,
  PairComparison,
} from "../../analysis/compare/comparison-result.ts";
import { differenceText, intervalText } from "../../base/figure-text.ts";
import { estimateDecimals } from "../compare/estimate-decimals.ts";
import { upLines, xAxis } from "./axes.ts";
import { type Chart, NARROW, WIDE } from "./chart.ts";
import { color } from "./palette.ts";

/** A pair of systems on a criterion, under the name of its row. */
interface Row {
  readonly name: string;
  readonly pair: PairComparison;
}

/**
 * Differences of means with their intervals, one above the other; those that are settled stand out.
 *
 * @param scopes criteria with their names, in the order of the rows.
 */
export function differenceIntervals(
  scopes: readonly (readonly [name: string, comparison: CriterionComparison])[],
): Chart | null {
  const severalPairs = scopes.some(([, { pairs }]) => pairs.length > 1);
  const rows = scopes.flatMap(([scope, { pairs }]) =>
    pairs
      .filter(({ difference }) => difference.value !== null)
      .map((pair): Row => {
        const systems = `${pair.second} − ${pair.first}`;
        return { name: severalPairs ? `${scope}: ${systems}` : scope, pair };
      }),
  );
  if (rows.length === 0) return null;
  const text = ({ pair: { difference } }: Row) => {
    const decimals = estimateDecimals(difference);
    return `${differenceText(difference.value, decimals)} ${intervalText(difference, decimals)}`;
  };
  const stroke = ({ pair }: Row) => (pair.settled ? color("lager") : color("muted"));
  return {
    name: "differences",
    title: "Difference of the means",
    description: rows.map((row) => `${row.name} ${text(row)}`).join("; "),
    width: WIDE,
    plot: (plot, width) => ({
      height: 48 + rows.length * 24,
      marginTop: 8,
      marginBottom: 40,
      marginLeft: width > NARROW ? 240 : 150,
      marginRight: width > NARROW ? 150 : 10,
      y: { domain: rows.map(({ name }) => name) },
      marks: [
        upLines(plot, width > NARROW ? 6 : 4),
        plot.ruleX([0], { strokeOpacity: 0.45 }),
        plot.ruleY(rows, {
          y: "name",
          x1: ({ pair: { difference } }: Row) => difference.low ?? difference.value,
          x2: ({ pair: { difference } }: Row) => difference.high ?? difference.value,
          stroke,
          strokeWidth: 2,
        }),
        ...rows.map((row) =>
          plot.dot([row], {
            y: "name",
            x: row.pair.difference.value === null ? [] : [row.pair.difference.value],
            r: 4.5,
            symbol: row.pair.settled ? "circle" : "times",
            fill: stroke(row),
            // The cross has no inside: it is drawn by its stroke alone.
            stroke: stroke(row),
          }),
        ),
        plot.axisY({ tickSize: 0, label: null }),
        xAxis(plot, "points of the scale", { ticks: width > NARROW ? 6 : 4 }),
        ...(width > NARROW
          ? [
              plot.text(rows, {
                y: "name",
                text,
                frameAnchor: "right",
                textAnchor: "start",
                dx: 14,
              }),
            ]
          : []),
      ],
    }),
  };
}
