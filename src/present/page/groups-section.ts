import type { PreferenceFigures, SystemScope } from "../../analysis/eval/eval-result.ts";
import { countText, figureText, intervalText } from "../../base/figure-text.ts";
import { figureTable } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { methodName } from "./method-name.ts";
import { type RunView, type Section, section } from "./run-view.ts";

/** Figures of systems and of preferences, where the run has such. */
export function groupSections(view: RunView): Section[] {
  const { systems, preferences, mainMethods } = view.result;
  return [
    ...(systems === null
      ? []
      : [section(view, "systems", "Systems", systemTables(systems, mainMethods))]),
    ...(preferences === null
      ? []
      : [section(view, "preferences", "Preferences", preferenceTable(preferences))]),
  ];
}

function systemTables(scope: SystemScope, mainMethods: readonly string[]): Html {
  const figures = scope.methods.filter(({ method }) => mainMethods.includes(method));
  return html`${figureTable(
    "Correlation of the systems' means",
    [
      { name: "Method", text: true },
      { name: "Spearman ρ" },
      { name: "Pearson r" },
      { name: "Kendall τ-b" },
    ],
    figures.map(({ method, kind, ...figure }) => [
      methodName(method, kind),
      ...[figure.spearman, figure.pearson, figure.kendall].map(
        (each) => html`${figureText(each.value)}<small>${intervalText(each)}</small>`,
      ),
    ]),
  )}
<p class="note">Correlation of the ${scope.systems.length} systems' mean scores with their mean human scores. With so few systems a correlation says little.</p>
${figureTable(
  "Systems",
  [
    { name: "System", text: true },
    { name: "lines" },
    { name: "human" },
    ...mainMethods.map((name) => ({ name })),
  ],
  [...scope.systems]
    .sort((a, b) => b.human - a.human)
    .map(({ system, n, human, scores }) => [
      system,
      countText(n),
      figureText(human, 2),
      ...mainMethods.map((name) => figureText(scores[name], 2)),
    ]),
)}`;
}

function preferenceTable({ pairs, unscored, methods }: PreferenceFigures): Html {
  return html`${figureTable(
    "Agreement with preferences",
    [{ name: "Method", text: true }, { name: "accuracy" }, { name: "pairs" }, { name: "ties" }],
    methods.map(({ method, accuracy, n, ties }) => [
      methodName(method),
      html`${figureText(accuracy.value)}<small>${intervalText(accuracy)}</small>`,
      countText(n),
      countText(ties),
    ]),
  )}
<p class="note">Share of the ${countText(pairs)} pairs in which the chosen response has the higher score; equal scores count half. ${unscored === 0 ? null : `${countText(unscored)} pairs lack a score and are left out.`}</p>`;
}
