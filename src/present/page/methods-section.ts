import type { Comparison, EvalResult, MethodFigures } from "../../analysis/eval/eval-result.ts";
import type { Estimate, UndefinedReason } from "../../analysis/stats/estimate.ts";
import {
  countText,
  differenceText,
  figureText,
  intervalText,
  percentText,
} from "../../base/figure-text.ts";
import { NARROW } from "../charts/chart.ts";
import { drawChart } from "../charts/draw-chart.ts";
import { methodStyle } from "../charts/palette.ts";
import { Html, html } from "./html.ts";
import { methodName } from "./method-name.ts";
import { type RunView, type Section, section } from "./run-view.ts";
import { isBetter, isWorse } from "./summary.ts";

/** The headline table, and the same figures by criterion. */
export async function methodsSection(view: RunView): Promise<Section | null> {
  const { result, charts } = view;
  if (result.counts.evaluated === 0) return null;
  const isMain = ({ method }: MethodFigures): boolean => result.mainMethods.includes(method);
  const shown = result.methods.filter(({ n }) => n > 0);
  const range = rangeOf(shown);
  const several = result.run.criteria.length > 1;
  const { bootstrap } = result;
  // On a phone the table's own bars have no room beside the figures.
  const bars = charts.methods === null ? null : new Html(await drawChart(charts.methods, NARROW));
  return section(
    view,
    "methods",
    "Agreement with people",
    html`<div class="on-phone forest">${bars}</div>
<div class="scroll" role="region" aria-label="Methods" tabindex="0"><table class="methods">
<thead><tr><th scope="col">Method</th><th scope="col" class="figure">Spearman ρ</th>
<td class="bar-cell"><div class="bar-axis" aria-hidden="true"><span>${figureText(range.from, 1)}</span><span>${figureText(range.to, 1)}</span></div></td>
<th scope="col" class="figure">against e-score</th><th scope="col" class="figure">won</th>
<th scope="col" class="figure">Pearson r</th><th scope="col" class="figure">Kendall τ-b</th>
<th scope="col" class="figure"><abbr title="mean absolute error, in the scale's units">MAE</abbr></th><th scope="col" class="figure">n</th></tr></thead>
<tbody>${shown.filter(isMain).map((each) => methodRow(result, each, range))}</tbody>
<tbody class="others"><tr><th scope="rowgroup" colspan="9">Variations and baselines</th></tr>
${shown.filter((each) => !isMain(each)).map((each) => methodRow(result, each, range))}</tbody>
</table></div>
<p class="note">${several ? "Means over the criteria. " : ""}Brackets are 95 % intervals from ${countText(bootstrap.resamples)} bootstrap resamples by ${bootstrap.unit} (seed ${bootstrap.seed}). <b>Against e-score</b> is the paired difference in Spearman: <span class="sign">▲</span> the whole interval lies above zero, <span class="sign">▼</span> below, no sign: zero is inside. <b>Won</b> is the share of resamples in which the method was ahead. Intervals are not widened for the number of methods compared, so a sign on one of the variations may be chance.</p>
${several ? criteriaTable(view, shown) : null}`,
  );
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function methodRow(result: EvalResult, figures: MethodFigures, range: Range): Html {
  const comparison = result.comparisons.find(({ method }) => method === figures.method);
  return html`<tr data-method="${figures.method}"><th scope="row">${methodName(figures.method, figures.kind)}<small>${figures.description}</small></th>
<td class="figure" data-figure="spearman">${estimate(figures.spearman)}</td>
<td class="bar-cell">${bar(result, figures, range)}</td>
<td class="figure" data-figure="difference">${difference(comparison)}</td>
<td class="figure">${percentOrNone(comparison)}</td>
<td class="figure" data-figure="pearson">${estimate(figures.pearson)}</td>
<td class="figure" data-figure="kendall">${estimate(figures.kendall)}</td>
<td class="figure">${figureText(figures.meanAbsoluteError, 2)}</td>
<td class="figure" data-figure="n">${countText(figures.n)}${figures.withoutScore <= eScoreless(result) ? null : html`<small>${countText(figures.withoutScore)} without</small>`}</td></tr>
`;
}

/** Lines that no method has a score for; only more than these are said with a method. */
function eScoreless({ methods }: EvalResult): number {
  return methods.find(({ method }) => method === "e-score")?.withoutScore ?? 0;
}

function estimate(figure: Estimate): Html {
  const beside = figure.reason === undefined ? intervalText(figure) : REASONS[figure.reason];
  return html`${figureText(figure.value)}<small>${beside}</small>`;
}

/** Why there is no figure, short enough for a cell. */
const REASONS: Readonly<Record<UndefinedReason, string>> = {
  "too-few-items": "too few",
  "constant-scores": "all the same",
  "constant-human": "humans all agree",
  "not-finite": "not finite",
  "no-control": "no length",
  "undefined-in-a-criterion": "none on a criterion",
};

function difference(comparison: Comparison | undefined): Html {
  if (comparison === undefined) return html`<span class="muted">baseline</span>`;
  const { spearman } = comparison;
  const sign = isBetter(comparison)
    ? html`<span class="sign" role="img" aria-label="better">▲</span>`
    : isWorse(comparison)
      ? html`<span class="sign" role="img" aria-label="worse">▼</span>`
      : null;
  return html`${sign} ${differenceText(spearman.difference)}<small>${intervalText(spearman, 3)}</small>`;
}

function percentOrNone(comparison: Comparison | undefined): string {
  return comparison === undefined ? "" : percentText(comparison.spearman.won);
}

/** The interval as a bar, with a line where the e-score is. The figures stand beside it. */
function bar(
  result: EvalResult,
  { method, kind, spearman }: MethodFigures,
  range: Range,
): Html | null {
  if (spearman.value === null) return null;
  const at = (value: number): string =>
    `${(((value - range.from) / (range.to - range.from)) * 100).toFixed(1)}%`;
  const eScore = result.methods.find((each) => each.method === "e-score")?.spearman.value ?? null;
  const [low, high] = [spearman.low ?? spearman.value, spearman.high ?? spearman.value];
  const style = methodStyle(method, kind);
  return html`<div class="bar" aria-hidden="true" style="--tone:${style.color};--low:${at(low)};--high:${at(high)};--value:${at(spearman.value)};--zero:${at(0)};--baseline:${eScore === null ? "-9px" : at(eScore)}"><i></i><b></b></div>`;
}

/** From and to full tenths around all intervals and zero. */
function rangeOf(methods: readonly MethodFigures[]): Range {
  const ends = methods.flatMap(({ spearman }) => [
    spearman.low ?? spearman.value ?? 0,
    spearman.high ?? spearman.value ?? 0,
  ]);
  const from = Math.floor(Math.min(0, ...ends) * 10) / 10;
  const to = Math.ceil(Math.max(0, ...ends) * 10) / 10;
  return from < to ? { from, to } : { from: 0, to: 0.1 };
}

function criteriaTable({ result, prefix }: RunView, shown: readonly MethodFigures[]): Html {
  const scopes = [
    ...result.run.criteria.flatMap((name) => {
      const scope = result.criteria[name];
      return scope === undefined ? [] : [{ name, scope }];
    }),
    { name: "pooled", scope: result.pooled },
  ];
  const columns = scopes.map(({ scope }) => {
    const values = scope.methods.map(({ spearman }) => spearman.value ?? Number.NEGATIVE_INFINITY);
    return { methods: scope.methods, best: Math.max(...values) };
  });
  return html`<h3 id="${prefix}criteria">Spearman by criterion</h3>
<div class="scroll" role="region" aria-labelledby="${prefix}criteria" tabindex="0"><table class="criteria">
<thead><tr><th scope="col">Method</th>${scopes.map(({ name }) => html`<th scope="col" class="figure">${name}</th>`)}</tr></thead>
<tbody>${shown.map(
    (
      row,
    ) => html`<tr data-method="${row.method}"><th scope="row">${methodName(row.method, row.kind)}</th>${columns.map(
      ({ methods, best }) => {
        const own = methods.find(({ method }) => method === row.method);
        if (own === undefined) return html`<td class="figure">–</td>`;
        const isBest = own.spearman.value === best;
        return html`<td class="figure">${isBest ? html`<strong>${estimate(own.spearman)}</strong>` : estimate(own.spearman)}</td>`;
      },
    )}</tr>
`,
  )}</tbody></table></div>
<p class="note">Bold is the highest of its column. <b>Pooled</b> takes all lines as one sample, whatever their criterion.</p>`;
}
