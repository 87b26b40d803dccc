import type { CriterionSeparation } from "../../analysis/eval/eval-result.ts";
import type { Estimate } from "../../analysis/stats/estimate.ts";
import { figureText, intervalText } from "../../base/figure-text.ts";
import { figureTable } from "./figure.ts";
import { Html, html } from "./html.ts";
import { methodName } from "./method-name.ts";
import { type RunView, type Section, section } from "./run-view.ts";

/** What the agreement is made of: whether it is more than length, and whether criteria are told apart. */
export function beyondSection(view: RunView): Section | null {
  const { counts, methods, separation } = view.result;
  if (counts.evaluated === 0) return null;
  const columns = [
    { name: "Method", text: true },
    { name: "Spearman ρ given length" },
    ...(separation === null ? [] : [{ name: "criteria agree" }]),
  ];
  const people = separation === null ? [] : [["people", "", cell(separation.human)]];
  const rows = methods
    .filter(({ kind, n }) => kind !== "length" && n > 0)
    .map(({ method, kind, partialSpearman }) => [
      methodName(method, kind),
      cell(partialSpearman),
      ...(separation === null ? [] : [agreementCell(separation, method)]),
    ]);
  return section(
    view,
    "beyond",
    "Length and criteria",
    html`${figureTable("Length and criteria", columns, [...people, ...rows])}
<p class="note"><b>Given length</b> is the partial Spearman correlation with the human scores, the response's length held fast: what of the agreement is not length in disguise.${
      separation === null
        ? null
        : html` <b>Criteria agree</b> is the mean Spearman of a record's scores on two criteria, over ${separation.pairs} ${separation.pairs === 1 ? "pair" : "pairs"}: a method far above people hardly reads the criterion.`
    }</p>`,
  );
}

function agreementCell({ methods }: CriterionSeparation, name: string): Html {
  const own = methods.find(({ method }) => method === name);
  return own === undefined ? new Html("") : cell(own.agreement);
}

function cell(estimate: Estimate): Html {
  return html`${figureText(estimate.value)}<small>${intervalText(estimate)}</small>`;
}
