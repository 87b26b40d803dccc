import { figureText, shortFigureText } from "../../base/figure-text.ts";
import { visibleText } from "../../base/visible-text.ts";
import type { Failure } from "../../input/dataset/failure.ts";
import { questionsByName } from "../../input/task/checklist.ts";
import type { RunHeader } from "../../run/run-format.ts";
import type {
  ItemDistribution,
  ItemDistributions,
} from "../../scoring/score/item-distributions.ts";
import type { Score } from "../../scoring/score/outcome.ts";
import type { QuestionScore } from "../../scoring/score/score-result.ts";
import { shadedCell } from "./shade.ts";
import { type StyledText, styled, type TerminalText } from "./styled-text.ts";
import { padTo, textLines, truncate } from "./terminal-text.ts";

/** How an item is drawn. */
export interface InspectOptions {
  /** Width of the terminal. Default: 80. */
  readonly columns?: number | undefined;
  /** Whether to use colour. Default: false. */
  readonly color?: boolean | undefined;
  /** Layers that the score was made of; they are marked. Default: none is marked. */
  readonly layers?: readonly number[] | undefined;
}

const LAYER_WIDTH = 7;
const EXPECTATION_WIDTH = 7;
const GAP = "  ";
const MIN_TRACK = 9;

/** A line, in pieces where some of them have a style. */
type Line = string | readonly (string | StyledText)[];

/** Where the parts of a line go, in columns of the terminal. */
interface Layout {
  readonly columns: number;
  /** Width of one label's cell. */
  readonly cell: number;
  /** Width of the track on which the expectation is drawn; 0 leaves it out. */
  readonly track: number;
}

/**
 * One item on one criterion for the terminal. For every layer, the last one on top: the
 * distribution over the labels, of the layer's normed logits alone, as shaded cells; its
 * expectation, in figures and as a point on the scale. Below, the aggregated distribution and the
 * scores.
 */
export function inspectItem(
  header: RunHeader,
  score: Score,
  distributions: ItemDistributions,
  options: InspectOptions = {},
): Exclude<TerminalText, string> {
  const color = options.color ?? false;
  const layout = layOut(options.columns ?? 80, header.labels.length);
  const marked = new Set(options.layers ?? []);
  const cut = (line: string): string => truncate(line, layout.columns);
  const title = `item ${visibleText(score.id)} · ${visibleText(score.criterion)}`;
  const judge = `${visibleText(header.judge.name)} · ${header.judge.layers} layers`;
  const lines: Line[] = [[styled(cut(title), "bold", color)], cut(judge), ""];

  lines.push(headings(header, layout));
  for (const [layer, distribution] of [...distributions.layers.entries()].reverse()) {
    const name = `${marked.has(layer) ? "•" : " "}${layer === 0 ? "embed" : layer}`;
    if (distribution === null) {
      lines.push(cut(`${padTo(name, LAYER_WIDTH, "right")}${GAP}not captured`));
    } else {
      lines.push(distributionLine(name, distribution, header.values, layout, color));
    }
  }
  lines.push("", distributionLine("score", distributions.aggregated, header.values, layout, color));
  if (marked.size > 0) lines.push(cut("• layers that the score is made of"));
  lines.push("", ...figureLines(header, score).map(cut));
  if (score.questions !== undefined) {
    lines.push("", ...questionLines(header, score, score.questions).map(cut));
  }
  if (score.generated !== undefined) lines.push("", ...whatItWrote(score.generated));
  return lines.flatMap((line) => [line, "\n"].flat());
}

/** An item that has no score for the terminal: why, and what the judge wrote instead. */
export function inspectFailure(failure: Failure): string {
  const { id, criterion, code, message, generated } = failure;
  const lines = [
    `item ${visibleText(id)} · ${criterion === null ? "all criteria" : visibleText(criterion)}`,
    `${code}: ${visibleText(message)}`,
  ];
  if (generated !== undefined) lines.push("", ...whatItWrote(generated));
  return `${lines.join("\n")}\n`;
}

/** Whole: it is what the judge said, and read rather than compared. */
function whatItWrote(generated: string): string[] {
  return ["the judge wrote:", ...textLines(generated)];
}

function layOut(columns: number, labels: number): Layout {
  const fixed = LAYER_WIDTH + GAP.length + GAP.length + EXPECTATION_WIDTH;
  const free = Math.max(labels, columns - fixed);
  const cell = Math.max(1, Math.min(6, Math.floor((free * 0.6) / labels)));
  const track = free - cell * labels - GAP.length;
  return { columns, cell, track: track < MIN_TRACK ? 0 : Math.min(track, 41) };
}

function headings(header: RunHeader, { cell, track }: Layout): string {
  const labels = header.labels.map((label) => padTo(visibleText(label), cell)).join("");
  const expected = padTo("expect.", EXPECTATION_WIDTH, "right");
  const line = `${padTo("layer", LAYER_WIDTH, "right")}${GAP}${labels}${GAP}${expected}`;
  if (track === 0) return line;
  const least = shortFigureText(header.values[0] ?? 0);
  const most = shortFigureText(header.values.at(-1) ?? 0);
  return `${line}${GAP}${least}${padTo(most, track - least.length, "right")}`;
}

function distributionLine(
  name: string,
  { probabilities, expectation }: ItemDistribution,
  values: readonly number[],
  { cell, track }: Layout,
  color: boolean,
): Line {
  const cells = Array.from(probabilities, (p) => shadedCell(p, cell, color));
  const figure = padTo(figureText(expectation, 2), EXPECTATION_WIDTH, "right");
  const point = track === 0 ? "" : `${GAP}${pointOnScale(expectation, values, track)}`;
  return [`${padTo(name, LAYER_WIDTH, "right")}${GAP}`, ...cells, `${GAP}${figure}${point}`];
}

/** `····●·······`: where a value lies between the scale's ends. */
function pointOnScale(value: number, values: readonly number[], width: number): string {
  const least = values[0] ?? 0;
  const most = values.at(-1) ?? least;
  const share = most === least ? 0 : (value - least) / (most - least);
  const at = Math.round(Math.min(1, Math.max(0, share)) * (width - 1));
  return `${"·".repeat(at)}●${"·".repeat(width - 1 - at)}`;
}

/** What each question was answered, in percent, and what it counts. */
function questionLines(
  { task, labels }: RunHeader,
  { criterion: name }: Score,
  scores: readonly QuestionScore[],
): string[] {
  return [
    `answers "${visibleText(labels.at(-1) ?? "")}", and what each counts:`,
    ...questionsByName(task, name).map(({ text, share }, i) => {
      const answer = (scores[i]?.probabilities.at(-1) ?? Number.NaN) * 100;
      return `${padTo(`${figureText(answer, 1)} %`, 7, "right")} · ${figureText(share * 100, 0)} %  ${visibleText(text)}`;
    }),
  ];
}

function figureLines(header: RunHeader, score: Score): string[] {
  const percentages = header.labels.map(
    (label, k) => `${visibleText(label)} ${((score.probabilities[k] ?? 0) * 100).toFixed(1)} %`,
  );
  const { weights, layers, projection } = header.options;
  const made = weights === undefined ? `${layers}, ${projection}` : `weights by ${weights.recipe}`;
  const lines = [
    `vanilla  ${shortFigureText(score.vanilla)}`,
    `e-score  ${figureText(score.eScore, 4)}`,
    `lager    ${figureText(score.lager, 4)}`,
    `score    ${figureText(score.score, 4)}  (${made}; sd ${figureText(score.standardDeviation, 3)}, entropy ` +
      `${figureText(score.entropy, 3)} nats)`,
  ];
  if (score.human !== undefined) lines.push(`human    ${shortFigureText(score.human)}`);
  lines.push(percentages.join(" · "));
  lines.push(`${score.promptTokens} prompt tokens, ${score.reusedTokens} of them reused`);
  return lines;
}
