/**
 * Text of a record made fit for a terminal: control characters, with which it could move the
 * cursor or change colours, become visible stand-ins.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) =>
    character === "\n" || character === "\t" ? " " : "�",
  );
}

/** Columns that text takes on a terminal: wide characters count two, combining marks none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** Text cut to `columns`, the last of them an ellipsis where something was cut off. */
export function truncate(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = "";
  let width = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Text brought to exactly `columns`: cut, or filled up with spaces on the other side. */
export function padTo(text: string, columns: number, align: "left" | "right" = "left"): string {
  const cut = truncate(text, columns);
  const padding = " ".repeat(Math.max(0, columns - displayWidth(cut)));
  return align === "left" ? cut + padding : padding + cut;
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u;
const ZERO_WIDTH = /[\p{Mn}\p{Me}]/u;

function characterWidth(character: string): number {
  if (ZERO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
