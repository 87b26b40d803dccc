import stringWidth from "string-width";
import { visibleLines } from "../../base/visible-text.ts";

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Text of a record in one line: its blanks and line ends are one space each time. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

/** Text of several lines as they are read: everything in them is seen, and tabs are two blanks. */
export function textLines(text: string): string[] {
  return visibleLines(text.replaceAll("\t", "  ")).split("\n");
}

/** Columns that text takes on a terminal: one, two or none for each character that is seen. */
export function displayWidth(text: string): number {
  return stringWidth(text);
}

/** Text cut to `columns`, the last of them an ellipsis where something was cut off. */
export function truncate(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = "";
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += displayWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Text brought to exactly `columns`: cut, or filled up with spaces on the other side. */
export function padTo(text: string, columns: number, align: "left" | "right" = "left"): string {
  const cut = truncate(text, columns);
  const padding = " ".repeat(Math.max(0, columns - displayWidth(cut)));
  return align === "left" ? cut + padding : padding + cut;
}
