import { figureText, shortFigureText } from "../../base/figure-text.ts";
import { visibleText } from "../../base/visible-text.ts";
import { TEXT_FIELDS } from "../../input/task/task.ts";
import { lineKey } from "../../run/line-key.ts";
import type { FoundTexts, LineTexts } from "../../run/line-texts.ts";
import { disagreementOf, type PickedLines } from "../../run/pick-lines.ts";
import type { Score } from "../../scoring/score/outcome.ts";
import { markdownFence, markdownText } from "../markdown/markdown.ts";
import { styled, type TerminalText } from "./styled-text.ts";
import { figureColumns, formatTable, type TableColumn } from "./table.ts";
import { oneLine, textLines } from "./terminal-text.ts";

/** What is said of texts that are not those that were judged. */
const STATES: Readonly<Record<LineTexts["state"], string | null>> = {
  same: null,
  changed: "changed since: the judge was shown other texts than these",
  unknown: "the run does not say whether the judge was shown these very texts",
};

/** Scores of a run one below the other, with the beginnings of their responses. */
export function itemListText(
  { lines, matching }: PickedLines,
  texts: FoundTexts,
  { columns }: { readonly columns: number },
): string {
  if (lines.length === 0) return "no score of the run is among these\n";
  const hasHuman = lines.some(({ human }) => human !== undefined);
  const titles: TableColumn[] = [
    { title: "id", align: "left", flexible: true },
    { title: "criterion", align: "left", flexible: true },
    ...figureColumns("score", "entropy", "mass", "disagree", ...(hasHuman ? ["human"] : [])),
    { title: "response", align: "left", flexible: true },
  ];
  const rows = lines.map((line) => [
    line.id,
    line.criterion,
    ...figuresOf(line, hasHuman),
    responseCell(texts.lines.get(lineKey(line))),
  ]);
  const changed = countOf(lines, texts, "changed");
  return [
    ...formatTable(titles, rows, columns),
    ...(matching > lines.length ? [`… and ${matching - lines.length} more`] : []),
    ...(changed > 0 ? [`* ${changed} of these texts changed since they were judged`] : []),
    ...(texts.missing === null ? [] : [`without texts: ${visibleText(texts.missing)}`]),
    "",
  ].join("\n");
}

/** Scores of a run as Markdown: a section for each, with its texts. */
export function itemListMarkdown({ lines, matching }: PickedLines, texts: FoundTexts): string {
  if (lines.length === 0) return "No score of the run is among these.\n";
  const sections = lines.map((line) => {
    const found = texts.lines.get(lineKey(line));
    const state = found === undefined ? null : STATES[found.state];
    return [
      `## ${markdownText(line.id)} · ${markdownText(line.criterion)}\n`,
      `${figureNames(line).join(" · ")}\n`,
      ...(state === null ? [] : [`*${markdownText(state)}*\n`]),
      ...fieldsOf(found).map(([name, text]) => `**${name}**\n\n${markdownFence(text)}`),
    ].join("\n");
  });
  const more = matching > lines.length ? [`… and ${matching - lines.length} more\n`] : [];
  const missing = texts.missing === null ? [] : [`Without texts: ${markdownText(texts.missing)}\n`];
  return [...sections, ...more, ...missing].join("\n");
}

/** The texts of one item above its scores; of several lines of it, those of the first. */
export function itemTextsText(
  found: LineTexts | undefined,
  missing: string | null,
  { columns, color }: { readonly columns: number; readonly color: boolean },
): TerminalText {
  if (found === undefined) {
    return missing === null ? "" : `without texts: ${visibleText(missing)}\n\n`;
  }
  const rule = `${"─".repeat(Math.max(0, Math.min(columns, 100) - 1))}\n`;
  const state = STATES[found.state];
  return [
    ...fieldsOf(found).flatMap(([name, text]) => [
      styled(name, "bold", color),
      `\n${textLines(text).join("\n")}\n\n`,
    ]),
    ...(state === null ? [] : [styled(state, "bold", color), "\n"]),
    rule,
  ];
}

function fieldsOf(found: LineTexts | undefined): [name: string, text: string][] {
  if (found === undefined) return [];
  return TEXT_FIELDS.flatMap((name): [string, string][] =>
    found.texts[name] === "" ? [] : [[name, found.texts[name]]],
  );
}

function figuresOf(line: Score, hasHuman: boolean): string[] {
  return [
    figureText(line.score, 2),
    figureText(line.entropy, 2),
    figureText(line.scoreMass, 2),
    figureText(disagreementOf(line), 2),
    ...(hasHuman ? [shortFigureText(line.human)] : []),
  ];
}

function figureNames(line: Score): string[] {
  const human = line.human !== undefined;
  const names = ["score", "entropy", "score mass", "disagreement", ...(human ? ["human"] : [])];
  return figuresOf(line, human).map((figure, i) => `${names[i]} ${figure}`);
}

function responseCell(found: LineTexts | undefined): string {
  if (found === undefined) return "";
  return `${found.state === "changed" ? "* " : ""}${oneLine(found.texts.response)}`;
}

function countOf(lines: readonly Score[], texts: FoundTexts, state: LineTexts["state"]): number {
  return lines.filter((line) => texts.lines.get(lineKey(line))?.state === state).length;
}
