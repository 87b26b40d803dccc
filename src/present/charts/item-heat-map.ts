import type { Disagreement, EvalResult } from "../../analysis/eval/eval-result.ts";
import { figureText } from "../../base/figure-text.ts";
import { layerAxis, sideNames } from "./axes.ts";
import { type Chart, nameFrom } from "./chart.ts";
import { type LabelRow, labelRows, rowPosition } from "./label-rows.ts";
import { color } from "./palette.ts";

/** One cell: a layer's probability of the labels of a row. */
interface Cell {
  readonly layer: number;
  readonly row: number;
  readonly probability: number;
}

const WIDTH = 380;

/** What a judge's layers can say: the labels with their values, and how many layers there are. */
export type LabelScale = Pick<EvalResult["run"], "labels" | "values"> & {
  readonly judge: { readonly layers: number };
};

/** An item, and what each of the layers says of it. */
export type LayeredItem = Pick<Disagreement, "id" | "criterion" | "human" | "probabilities">;

/**
 * Layer by label: the distribution that each layer alone would give, and its expectation as a line,
 * from the token embedding on the left to the last layer on the right. It shows in which layers an
 * item's judgment forms.
 *
 * @param index The item's number among the disagreements, for the chart's name.
 */
export function itemHeatMap(scale: LabelScale, item: LayeredItem, index: number): Chart {
  const { labels, values, judge } = scale;
  const rows = labelRows(labels);
  const cells = cellsOf(item.probabilities, rows);
  const means = item.probabilities.flatMap((row, layer) => {
    const mean = row?.reduce((sum, p, k) => sum + p * (values[k] ?? 0), 0);
    const at = mean === undefined ? null : rowPosition(mean, values);
    return at === null ? [] : [{ layer, at }];
  });
  const human = item.human === null ? null : rowPosition(item.human, values);
  return {
    name: nameFrom("item", String(index + 1), item.criterion),
    title: `${item.id} on ${item.criterion}: probability of each label by layer`,
    description: whereItForms(scale, item),
    width: WIDTH,
    plot: (plot) => ({
      height: 46 + Math.max(100, rows.length * 18),
      marginTop: 6,
      marginBottom: 36,
      marginLeft: Math.min(110, 22 + Math.max(...rows.map(({ name }) => name.length)) * 7),
      marginRight: 58,
      x: { domain: [-0.5, judge.layers + 0.5] },
      y: { domain: [-0.5, rows.length - 0.5] },
      opacity: { type: "identity" },
      marks: [
        plot.rect(cells, {
          x1: (cell: Cell) => cell.layer - 0.5,
          x2: (cell: Cell) => cell.layer + 0.5,
          y1: (cell: Cell) => cell.row - 0.5,
          y2: (cell: Cell) => cell.row + 0.5,
          inset: 0.5,
          fill: color("lager"),
          fillOpacity: "probability",
          title: (cell: Cell) =>
            `layer ${cell.layer}, ${rows[cell.row]?.name}: ${figureText(cell.probability, 2)}`,
        }),
        plot.line(means, {
          x: "layer",
          y: "at",
          stroke: color("paper"),
          strokeWidth: 5,
          strokeOpacity: 0.75,
        }),
        plot.line(means, { x: "layer", y: "at", stroke: color("ink"), strokeWidth: 2 }),
        ...(human === null
          ? []
          : [
              plot.ruleY([human], { stroke: color("ink"), strokeDasharray: "1 3", strokeWidth: 2 }),
              sideNames(plot, [{ text: "human", color: color("ink"), y: human }]),
            ]),
        plot.axisY(
          rows.map((_, row) => row),
          { tickSize: 0, tickFormat: (row: number) => rows[row]?.name ?? "", label: null },
        ),
        layerAxis(plot, judge.layers),
        plot.frame({ strokeOpacity: 0.25 }),
      ],
    }),
  };
}

/**
 * In words: from which layer on the layers' own favourite is the last one's, and what it was before.
 */
export function whereItForms(
  { labels }: Pick<LabelScale, "labels">,
  { probabilities }: Pick<LayeredItem, "probabilities">,
): string {
  const favourites = probabilities.flatMap((row, layer) =>
    row === null ? [] : [{ layer, label: row.indexOf(Math.max(...row)) }],
  );
  const last = favourites.at(-1);
  if (last === undefined) return "No layer was captured.";
  const name = (label: number): string => labels[label] ?? "";
  const before = favourites.findLast(({ label }) => label !== last.label);
  if (before === undefined) return `Every layer prefers ${name(last.label)}.`;
  const settled = favourites.find(({ layer }) => layer > before.layer) ?? last;
  const changes = favourites.filter(
    ({ label }, i) => i > 0 && label !== favourites[i - 1]?.label,
  ).length;
  return settled.layer === last.layer
    ? `Only the last captured layer, ${last.layer}, prefers ${name(last.label)}; ` +
        `layer ${before.layer} still prefers ${name(before.label)}.`
    : `From layer ${settled.layer} on every layer prefers ${name(last.label)}; layer ` +
        `${before.layer} still prefers ${name(before.label)}. The favourite changes ` +
        `${changes === 1 ? "once" : `${changes} times`}.`;
}

function cellsOf(probabilities: Disagreement["probabilities"], rows: readonly LabelRow[]): Cell[] {
  return probabilities.flatMap((distribution, layer) =>
    distribution === null
      ? []
      : rows.map(({ from, to }, row) => ({
          layer,
          row,
          probability: distribution.slice(from, to).reduce((sum, p) => sum + p, 0),
        })),
  );
}
