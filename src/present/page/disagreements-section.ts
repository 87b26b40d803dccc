import type { Disagreement, EvalResult } from "../../analysis/eval/eval-result.ts";
import { figureText } from "../../base/figure-text.ts";
import { lineKey } from "../../run/line-key.ts";
import type { LineTexts } from "../../run/line-texts.ts";
import { drawChart } from "../charts/draw-chart.ts";
import { whereItForms } from "../charts/item-heat-map.ts";
import { Html, html } from "./html.ts";
import { methodName } from "./method-name.ts";
import { type RunView, type Section, section } from "./run-view.ts";

/** The items on which methods disagree most, each with its layers. */
export async function disagreementsSection(view: RunView): Promise<Section | null> {
  const { result, charts } = view;
  const cards: Html[] = [];
  for (const [i, item] of result.disagreements.entries()) {
    const chart = charts.items[i];
    if (chart === undefined) continue;
    cards.push(card(view, item, pictureId(view, i), new Html(await drawChart(chart))));
  }
  if (cards.length === 0) return null;
  return section(
    view,
    "disagreements",
    "Where methods disagree most",
    html`<p>The items whose main methods' scores lie farthest apart. Each picture shows how the judgment forms. A column is a layer, from the token embedding on the left to the last layer on the right; the stronger a cell, the more probable its label in that layer's own distribution. The line is that distribution's expected score, the dotted line the human score.</p>
<div class="cards">${cards}</div>`,
  );
}

function card({ result, texts }: RunView, item: Disagreement, id: string, picture: Html): Html {
  const text = texts.get(lineKey(item));
  return html`<article id="${id}" aria-labelledby="${id}-title">
<h3 id="${id}-title"><span class="id">${item.id}</span> <span class="muted">${item.criterion}</span></h3>
${scoreList(result, item)}
${picture}
<p class="note">${whereItForms(result.run, item)}</p>
${recordTexts(text?.record)}${folded("Prompt", text?.prompt)}${folded("What the judge wrote", text?.generated)}
</article>
`;
}

/** The texts that were judged; said where they are others by now. */
function recordTexts(record: LineTexts | undefined): Html | null {
  if (record === undefined) return null;
  const { instruction, response, context, reference } = record.texts;
  const by = [
    ["Instruction", instruction],
    ["Response", response],
    ["Context", context],
    ["Reference", reference],
  ] as const;
  const note =
    record.state === "changed"
      ? html`<p class="note">The data has changed since this was judged: the texts are today's.</p>`
      : null;
  return html`${note}${by.map(([title, text]) => (text === "" ? null : folded(title, text)))}`;
}

function folded(title: string, text: string | undefined): Html | null {
  if (text === undefined) return null;
  return html`<details><summary>${title}</summary><pre>${text}</pre></details>`;
}

function scoreList(result: EvalResult, item: Disagreement): Html {
  const scores = [
    ["human", item.human] as const,
    ...result.mainMethods.map((name) => [name, item.scores[name] ?? null] as const),
  ];
  return html`<dl class="scores">${scores.map(
    ([name, score]) =>
      html`<div><dt>${methodName(name)}</dt><dd>${figureText(score, 2)}</dd></div>`,
  )}</dl>`;
}

/** Where an item's picture stands on the page. */
function pictureId({ prefix }: RunView, index: number): string {
  return `${prefix}item-${index + 1}`;
}
