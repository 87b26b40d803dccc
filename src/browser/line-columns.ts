import { figureText, NO_FIGURE } from "../base/figure-text.ts";
import { visibleText } from "../base/visible-text.ts";
import type { RunTable } from "../run/run-table.ts";

/** A column of the table of lines. */
export interface LineColumn {
  /** What it is sorted by. */
  readonly name: string;
  readonly title: string;
  /** What it says, where the title does not. */
  readonly help?: string;
  readonly isText?: boolean;
  /** Characters of its longest text. */
  readonly longest?: number;
  /** Whether a narrow screen has room for it. */
  readonly isMain?: boolean;
  readonly text: (line: number, figures: LineFigures) => string;
}

/** Figures of the lines by column; see `Shown`. */
export type LineFigures = Readonly<Record<string, Float64Array>>;

/** The columns that a run has something to say in. */
export function lineColumns(table: RunTable, otherName: string | null): LineColumn[] {
  const hasHuman = table.human.some(Number.isFinite);
  const columns: (LineColumn | false)[] = [
    {
      name: "record",
      title: "record",
      isText: true,
      longest: longestOf(table.records),
      isMain: true,
      text: (line) => recordOf(table, line),
    },
    table.criteria.length > 1 && {
      name: "criterion",
      title: "criterion",
      isText: true,
      longest: longestOf(table.criteria),
      isMain: true,
      text: (line) => criterionOf(table, line),
    },
    {
      name: "score",
      title: "score",
      help: "of the layers in hand",
      isMain: true,
      text: figure("score"),
    },
    otherName !== null && {
      name: "other",
      title: "other run",
      help: otherName,
      text: figure("other"),
    },
    otherName !== null && {
      name: "difference",
      title: "difference",
      help: "the other run's score less this one's",
      isMain: true,
      text: signed(figure("difference")),
    },
    hasHuman && {
      name: "human",
      title: "human",
      isMain: otherName === null,
      text: (line) => figureText(table.human[line], 2),
    },
    hasHuman && {
      name: "error",
      title: "− human",
      help: "the score less the human score",
      text: signed(figure("error")),
    },
    { name: "e-score", title: "e-score", help: "of the last layer alone", text: figure("e-score") },
    { name: "lager", title: "lager", help: "all layers with equal weights", text: figure("lager") },
    table.systems.length > 0 && {
      name: "system",
      title: "system",
      isText: true,
      longest: longestOf(table.systems),
      text: (line) => systemOf(table, line),
    },
    table.responseLength.some(Number.isFinite) && {
      name: "length",
      title: "length",
      help: "of the response, in characters",
      text: (line) => figureText(table.responseLength[line], 0),
    },
    {
      name: "mass",
      title: "mass",
      help: "share of the judge's probability on the score tokens",
      text: (line) => figureText(table.scoreMass[line], 2),
    },
  ];
  return columns.filter((column) => column !== false);
}

export function recordOf({ records, recordOf: of }: RunTable, line: number): string {
  return visibleText(records[of[line] as number] ?? "");
}

export function criterionOf({ criteria, criterionOf: of }: RunTable, line: number): string {
  return visibleText(criteria[of[line] as number] ?? "");
}

export function systemOf({ systems, systemOf: of }: RunTable, line: number): string {
  return visibleText(systems[of[line] as number] ?? NO_FIGURE);
}

function longestOf(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, text.length), 0);
}

function figure(name: string): LineColumn["text"] {
  return (line, figures) => figureText(figures[name]?.[line], 2);
}

/** With a sign on every figure but zero. */
function signed(text: LineColumn["text"]): LineColumn["text"] {
  return (line, figures) => {
    const figure = text(line, figures);
    return /^[\d.]*[1-9]/.test(figure) ? `+${figure}` : figure;
  };
}
