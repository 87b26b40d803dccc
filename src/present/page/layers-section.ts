import type { EvalResult, LayerFigures } from "../../analysis/eval/eval-result.ts";
import { figureText, intervalText } from "../../base/figure-text.ts";
import { learnedWeights } from "../charts/layer-weights.ts";
import { figure, foldedTable, smallMultiples } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { type RunView, type Section, section } from "./run-view.ts";

/** What each layer alone would be worth, how layers are weighed, and what labels are worth. */
export async function layersSection(view: RunView): Promise<Section | null> {
  const { result, charts } = view;
  const figures: (Html | null)[] = [];
  if (charts.layerCurve !== null) {
    figures.push(
      await figure(
        view,
        charts.layerCurve,
        "Each point is the expected score under one layer's own distribution, after the output " +
          "norm; the band is its 95 % interval. Layer 0 is the token embedding. A layer that was " +
          "picked because it is the highest here would do worse on other items.",
        layerTable(result),
      ),
    );
  }
  figures.push(
    await smallMultiples(
      view,
      "layer-curves",
      "Layer curve by criterion",
      charts.layerCurves,
      "The ring marks the best layer of each criterion.",
    ),
  );
  for (const [i, chart] of charts.layerWeights.entries()) {
    figures.push(await figure(view, chart, null, weightTable(result, i)));
  }
  if (charts.learningCurve !== null) {
    figures.push(
      await figure(
        view,
        charts.learningCurve,
        "In cross-validation; the band spans the 10th to the 90th percentile of the repeats. Where " +
          "the curve is below the dashed line, so many labels are worse than none.",
        learningTable(result),
      ),
    );
  }
  if (figures.every((each) => each === null)) return null;
  const hint =
    result.tuned === null
      ? html`<p class="note">No weights were given. <code>lager tune</code> learns them from the lines that have human scores; <code>--weights</code> adds them to this page.</p>`
      : null;
  return section(view, "layers", "Layer by layer", [...figures, hint]);
}

function layerTable({ layers }: EvalResult): Html {
  const raw = new Map(
    layers.filter(({ projection }) => projection === "raw").map((each) => [each.layer, each]),
  );
  const cells = (figures: LayerFigures | undefined) =>
    figures === undefined
      ? ["–", ""]
      : [figureText(figures.spearman.value), intervalText(figures.spearman)];
  return foldedTable(
    "Figures by layer",
    ["layer", "normed ρ", "interval", "raw ρ", "interval"].map((name) => ({ name })),
    layers
      .filter(({ projection }) => projection === "normed")
      .map((each) => [each.layer, ...cells(each), ...cells(raw.get(each.layer))]),
  );
}

function weightTable(result: EvalResult, chart: number): Html | null {
  const given = learnedWeights(result)[chart];
  if (given === undefined) return null;
  return foldedTable(
    "Weights by layer",
    [{ name: "layer" }, { name: given.kind }],
    given.layers.map((layer, i) => [layer, figureText(given.weights[i], 4)]),
  );
}

function learningTable({ learningCurve }: EvalResult): Html {
  return foldedTable(
    "Figures by number of labels",
    ["labels", "Spearman ρ", "10th percentile", "90th percentile"].map((name) => ({ name })),
    (learningCurve?.points ?? []).map(({ labels, spearman, low, high }) => [
      labels,
      figureText(spearman),
      figureText(low),
      figureText(high),
    ]),
  );
}
