import type { EvalScope, LayerFigures } from "../../analysis/eval/eval-result.ts";
import { figureText } from "../../base/figure-text.ts";
import type { Projection } from "../../scoring/weights/layer-set.ts";

const ROWS = 9;
/** Room for the axis labels: `−0.10 ┤`. */
const AXIS_WIDTH = 8;

const MARKS: Readonly<Record<Projection, string>> = { normed: "●", raw: "○" };
const BOTH = "◉";

/**
 * The layers' curve: Spearman of each layer alone over its number, as lines of text. Nothing where
 * no layer has a figure.
 *
 * @param options.columns Width of the terminal. Default: 80.
 */
export function layerCurveText(
  scope: EvalScope,
  options: { readonly columns?: number } = {},
): string[] {
  const drawn = scope.layers.filter(({ spearman }) => spearman.value !== null);
  if (drawn.length === 0) return [];
  const last = Math.max(...drawn.map(({ layer }) => layer));
  const room = (options.columns ?? 80) - AXIS_WIDTH;
  const step = Math.max(1, Math.min(3, Math.floor(room / (last + 1))));
  const eScore = scope.methods.find(({ method }) => method === "e-score")?.spearman.value ?? null;
  const values = drawn.map(({ spearman }) => spearman.value ?? 0);
  const { top, unit } = axis(Math.min(0, ...values), Math.max(0, ...values));
  const rowOf = (value: number): number => Math.round((top - value) / unit);
  const width = (last + 1) * step;
  const grid = Array.from({ length: ROWS }, () => new Array<string>(width).fill(" "));
  grid[rowOf(0)]?.fill("─");
  if (eScore !== null) grid[rowOf(eScore)]?.fill("┄");
  for (const layer of drawn) drawMark(grid[rowOf(layer.spearman.value ?? 0)], layer, step);
  return [
    "Spearman of each layer alone: " +
      `${MARKS.normed} normed, ${MARKS.raw} raw, ${BOTH} both${eScore === null ? "" : ", ┄ e-score"}`,
    ...grid.map((cells, row) => {
      const label = figureText(top - row * unit, 2);
      return `${label.padStart(6)} ${row === rowOf(0) ? "┼" : "┤"}${cells.join("").trimEnd()}`;
    }),
    `${" ".repeat(AXIS_WIDTH)}${layerNumbers(last, step)}`,
    bestLayerLine(drawn),
  ];
}

function drawMark(
  row: string[] | undefined,
  { layer, projection }: LayerFigures,
  step: number,
): void {
  if (row === undefined) return;
  const place = layer * step;
  const other = projection === "normed" ? MARKS.raw : MARKS.normed;
  row[place] = row[place] === other ? BOTH : MARKS[projection];
}

/** The axis' top and the value of a row, so that all values fit and zero lies on a row. */
function axis(low: number, high: number): { top: number; unit: number } {
  const least = Math.max((high - low) / (ROWS - 1), 0.01);
  for (let unit = Math.ceil(least * 100) / 100; ; unit += 0.01) {
    const above = Math.ceil(high / unit - 1e-9);
    const below = Math.ceil(-low / unit - 1e-9);
    if (above + below <= ROWS - 1) return { top: Math.max(above, ROWS - 1 - below) * unit, unit };
  }
}

/** Every fifth layer's number, where there is room for it. */
function layerNumbers(last: number, step: number): string {
  let text = "";
  for (let layer = 0; layer <= last; layer += 5) {
    text = text.padEnd(layer * step) + String(layer);
  }
  return text;
}

function bestLayerLine(layers: readonly LayerFigures[]): string {
  const best = layers.reduce((a, b) => ((b.spearman.value ?? 0) > (a.spearman.value ?? 0) ? b : a));
  return (
    `best in hindsight: ${best.description}, ${figureText(best.spearman.value)} ` +
    "(chosen by these same labels, hence biased upwards)"
  );
}
