import type { BootstrapFacts, EvalResult } from "../../analysis/eval/eval-result.ts";
import { countText, percentText } from "../../base/figure-text.ts";
import { type HtmlContent, html } from "./html.ts";
import { type RunView, type Section, section } from "./run-view.ts";

/** What was run: everything one needs to know to believe or repeat it. */
export function factsSection(view: RunView): Section {
  const { run, counts, bootstrap, tuned } = view.result;
  const failures = Object.entries(counts.failures).map(
    ([code, count]) => `${code} ${countText(count)}`,
  );
  const facts: [string, HtmlContent][] = [
    [
      "Judge",
      `${run.judge.name}, ${run.judge.architecture}, ${run.judge.quantization}, ${run.judge.layers} layers`,
    ],
    ["SHA-256", html`<code class="hash">${run.judge.sha256}</code>`],
    ["llama.cpp", [run.llama.release, run.llama.backend, ...run.llama.devices].join(", ")],
    ["Task", `${run.task}: ${run.criteria.join(", ")}`],
    ["Scale", scaleText(run.labels, run.values)],
    [
      "Layers",
      `${run.layerSet}, ${run.projection}${run.severalTokens ? ", labels of several tokens" : ""}`,
    ],
    [
      "Lines",
      `${countText(counts.scored)} scored, ${countText(counts.failed)} failed, ${countText(counts.evaluated)} with a human score, of ${countText(counts.records)} records`,
    ],
    ...(failures.length === 0
      ? []
      : [["Failures", failures.join(", ")] satisfies [string, string]]),
    [
      "Score mass",
      `${percentText(run.medianScoreMass)} in the median: the share of the vocabulary's probability that the score tokens hold`,
    ],
    [
      "Tokens",
      `${countText(run.promptTokens)} in prompts, of which ${percentText(run.promptTokens === 0 ? null : run.reusedTokens / run.promptTokens)} were shared with the prompt before`,
    ],
    ["Intervals", bootstrapText(bootstrap)],
    ...(tuned === null ? [] : [["Weights", tunedText(tuned)] satisfies [string, string]]),
    ["Run files", run.files.join(", ")],
  ];
  return section(
    view,
    "run",
    "The run",
    html`<dl class="facts">${facts.map(([name, fact]) => html`<div><dt>${name}</dt><dd>${fact}</dd></div>`)}</dl>`,
  );
}

function tunedText(tuned: NonNullable<EvalResult["tuned"]>): string {
  const scoring = {
    "held-out": "the evaluated items were not among those they were learned from",
    "out-of-fold": "scores are those of the folds that did not see the item",
    "left-out": "the items that they were learned from have no tuned score and are left out",
  }[tuned.scoring];
  return `${tuned.file}: recipe ${tuned.recipe}, learned on ${tuned.sameTask ? "this task" : `another task, ${tuned.task}`}; ${scoring}`;
}

function bootstrapText(facts: BootstrapFacts): string {
  const { resamples, layerResamples, unit, units, bags, bagSize, seed } = facts;
  const drawn = `${countText(units)} ${unit}s`;
  return (
    `${countText(resamples)} resamples${layerResamples === resamples ? "" : ` (single layers ${countText(layerResamples)})`} ` +
    `of ${drawn}${bags === 1 ? "" : ` from ${bags} bags of ${countText(bagSize)}`}, seed ${seed}`
  );
}

/** `1, 2, 3`, or `poor = 1, fair = 2` where labels are no numbers; long scales by their ends. */
function scaleText(labels: readonly string[], values: readonly number[]): string {
  const names = labels.map((label, i) =>
    label === String(values[i]) ? label : `${label} = ${values[i]}`,
  );
  return names.length <= 12
    ? names.join(", ")
    : `${names[0]} to ${names.at(-1)}, ${names.length} labels`;
}
