import type { EvalResult } from "../../analysis/eval/eval-result.ts";
import { figureText } from "../../base/figure-text.ts";
import { MOST_DOTS, mainMethod } from "../charts/score-scatter.ts";
import { foldedTable, smallMultiples } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { type RunView, type Section, section } from "./run-view.ts";

/** What was predicted, beside what people said: scatter, distributions, calibration. */
export async function predictionsSection(view: RunView): Promise<Section | null> {
  const { result, charts } = view;
  const method = mainMethod(result);
  const thinned = charts.scatters.length * MOST_DOTS < result.items.ids.length;
  const scatters = await smallMultiples(
    view,
    "scatters",
    "Predicted and human scores",
    charts.scatters,
    `A dot is an item as ${method} scored it${thinned ? `, at most ${MOST_DOTS} of them a criterion` : ""}; ` +
      "dots are moved a little sideways so that they do not hide each other. Lines are mean " +
      "predictions of items with similar human scores: the steeper, the better the method tells " +
      "good from bad.",
  );
  const distributions = await smallMultiples(
    view,
    "distributions",
    "How often which score was given",
    charts.distributions,
    "Within a chart all bars are on one scale of shares. Scores that crowd in the middle can still " +
      "rank well: correlations ask for the order alone.",
  );
  const calibration = await smallMultiples(
    view,
    "calibration",
    "Calibration",
    charts.calibration,
    html`Items in bins of similar prediction, over all criteria, with 95 % intervals of the mean human score. Where the dotted line is in view, prediction and people agree on it; the solid line is the monotone map that fits best.${calibrationTable(result)}`,
  );
  const figures = [scatters, distributions, calibration].filter((each) => each !== null);
  if (figures.length === 0) return null;
  return section(view, "predictions", "Predictions", figures);
}

function calibrationTable({ calibration }: EvalResult): Html {
  return foldedTable(
    "Errors before and after the map",
    [
      { name: "method", text: true },
      { name: "mean absolute error" },
      { name: "mapped, cross-validated" },
      { name: "root mean squared error" },
      { name: "mapped, cross-validated" },
    ],
    calibration.map((each) => [
      each.method,
      figureText(each.meanAbsoluteError),
      figureText(each.monotone?.meanAbsoluteError),
      figureText(each.rootMeanSquaredError),
      figureText(each.monotone?.rootMeanSquaredError),
    ]),
  );
}
