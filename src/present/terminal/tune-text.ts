import { differenceText, figureText, rangeText } from "../../base/figure-text.ts";
import { ownValue } from "../../base/json.ts";
import { visibleText } from "../../base/visible-text.ts";
import type { Weights } from "../../scoring/weights/weights-format.ts";
import { formatTable } from "./table.ts";

/** What was learned, and how well it did in cross-validation, for the terminal. */
export function tuneText(weights: Weights, options: { readonly columns: number }): string {
  const { training, validation, recipe } = weights;
  const lines = [
    `recipe ${recipe}: ${training.rows} rows of ${training.records} records, ` +
      `${weights.layerSet.layers.length} layers, ` +
      (recipe === "probe" ? "hidden states" : `${weights.projection} logits`),
  ];
  const criteria = weights.task.criteria;
  lines.push(
    "",
    `Spearman with human scores, ${training.folds}-fold cross-validation by group of records`,
    ...formatTable(
      [
        { title: "method", align: "left" },
        { title: criteria.length > 1 ? "mean" : "Spearman", align: "right" },
        { title: "95 %", align: "left" },
        ...(criteria.length > 1
          ? criteria.map((name) => ({
              title: name,
              align: "right" as const,
              flexible: true,
            }))
          : []),
      ],
      validation.methods.map(({ method, spearman, criteria: figures }, row) => [
        // The paper's recipe and equal weights are both called lager.
        row === 0 ? `tuned (${method})` : method === "lager" ? "lager (uniform)" : method,
        figureText(spearman.value),
        rangeText(spearman, 2),
        ...(criteria.length > 1 ? criteria.map((name) => figureText(ownValue(figures, name))) : []),
      ]),
      options.columns,
    ),
  );
  for (const { against, difference, won } of validation.comparisons) {
    lines.push(
      `against ${visibleText(against)}: ${differenceText(difference.value)} ` +
        `(95 %: ${rangeText(difference, 2)}; ` +
        `better in ${Math.round(won * 100)} % of the resamples)`,
    );
  }
  if (validation.learningCurve.length > 0) {
    lines.push(
      "",
      "labels to learn from, and the mean Spearman that they give (5 draws: mean, least, most)",
      ...validation.learningCurve.map(
        ({ labels, spearman }) =>
          `${String(labels).padStart(6)}  ${figureText(spearman.value)}  ${rangeText(spearman)}`,
      ),
    );
  }
  return `${lines.join("\n")}\n`;
}
