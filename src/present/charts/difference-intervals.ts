import type {
  CriterionComparison,
  PairComparison,
} from "../../analysis/compare/comparison-result.ts";
import { differenceText, intervalText } from "../../base/figure-text.ts";
import { estimateDecimals } from "../compare/estimate-decimals.ts";
import { upLines, xAxis } from "./axes.ts";
import { type Chart, NARROW, nameFrom, WIDE } from "./chart.ts";
import { color } from "./palette.ts";

/** What a row is called: parts that are cut in their middle where there is no room for them. */
type RowName = readonly string[];

/** A pair of systems on a criterion, under the name of its row. */
interface Row {
  readonly name: RowName;
  readonly pair: PairComparison;
}

/** Stands between the parts of a name. */
const LESS = " − ";
/** Characters of a name that there is room for. */
const ROOM = { wide: 36, narrow: 22 } as const;

/**
 * Differences of means with their intervals, one above the other; those that are settled stand out. Of two
 * systems there is one chart, and each criterion is a row; of more a chart for each criterion.
 *
 * @param scopes criteria with their names, in the order of the rows.
 */
export function differenceIntervals(
  scopes: readonly (readonly [name: string, comparison: CriterionComparison])[],
): Chart[] {
  const severalPairs = scopes.some(([, { pairs }]) => pairs.length > 1);
  const rowsOf = ([scope, { pairs }]: (typeof scopes)[number]) =>
    pairs
      .filter(({ difference }) => difference.value !== null)
      .map((pair): Row => ({ name: severalPairs ? [pair.second, pair.first] : [scope], pair }));
  const charts = severalPairs
    ? scopes.map((scope) => ({ scope: scope[0], rows: rowsOf(scope) }))
    : [{ scope: null, rows: scopes.flatMap(rowsOf) }];
  return charts.filter(({ rows }) => rows.length > 0).map(intervalChart);
}

function intervalChart({
  scope,
  rows,
}: {
  readonly scope: string | null;
  readonly rows: readonly Row[];
}): Chart {
  const text = ({ pair: { difference } }: Row) => {
    const decimals = estimateDecimals(difference);
    return `${differenceText(difference.value, decimals)} ${intervalText(difference, decimals)}`;
  };
  const at = (row: Row) => rows.indexOf(row);
  const stroke = ({ pair }: Row) => (pair.settled ? color("lager") : color("muted"));
  return {
    name: nameFrom("differences", scope ?? ""),
    title: `Difference of the means${scope === null ? "" : `: ${scope}`}`,
    description: rows.map((row) => `${row.name.join(LESS)} ${text(row)}`).join("; "),
    width: WIDE,
    plot: (plot, width) => ({
      height: 48 + rows.length * 24,
      marginTop: 8,
      marginBottom: 40,
      marginLeft: width > NARROW ? 240 : 150,
      marginRight: width > NARROW ? 150 : 10,
      y: { type: "point", domain: [...rows.keys()] },
      marks: [
        upLines(plot, width > NARROW ? 6 : 4),
        plot.ruleX([0], { strokeOpacity: 0.45 }),
        plot.ruleY(rows, {
          y: at,
          x1: ({ pair: { difference } }: Row) => difference.low ?? difference.value,
          x2: ({ pair: { difference } }: Row) => difference.high ?? difference.value,
          stroke,
          strokeWidth: 2,
        }),
        ...rows.map((row) =>
          plot.dot([row], {
            y: at,
            x: row.pair.difference.value === null ? [] : [row.pair.difference.value],
            r: 4.5,
            symbol: row.pair.settled ? "circle" : "times",
            fill: stroke(row),
            // The cross has no inside: it is drawn by its stroke alone.
            stroke: stroke(row),
          }),
        ),
        plot.axisY({
          tickSize: 0,
          label: null,
          tickFormat: (i: number) =>
            fitting(rows[i]?.name ?? [], width > NARROW ? ROOM.wide : ROOM.narrow),
        }),
        xAxis(plot, "points of the scale", { ticks: width > NARROW ? 6 : 4 }),
        ...(width > NARROW
          ? [
              plot.text(rows, {
                y: at,
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

/** The parts of a name, each with its beginning and its end: names of systems often differ there alone. */
function fitting(name: RowName, room: number): string {
  const each = Math.floor((room - LESS.length * (name.length - 1)) / Math.max(1, name.length));
  return name
    .map((part) => {
      const characters = [...part];
      if (characters.length <= each) return part;
      const end = Math.floor((each - 1) / 2);
      return `${characters.slice(0, each - 1 - end).join("")}…${characters.slice(-end).join("")}`;
    })
    .join(LESS);
}
