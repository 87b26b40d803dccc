import stringWidth from "string-width";

/**
 * Control and format characters, but for the two that join and part letters and emoji: words of
 * Persian and Hindi are written with them, and families and professions of emoji.
 */
const UNPRINTABLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]/gu;

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * Text of a record made fit for a terminal: control characters, with which it could move the
 * cursor or change colours, become visible stand-ins.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) =>
    character === "\n" || character === "\t" ? " " : "�",
  );
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
