/**
 * What is not seen, or changes how its neighbours are seen: control and format characters (ESC, C1,
 * marks of direction, zero widths, tags), line and paragraph separators, lone surrogates, and all
 * that Unicode lets a font leave out.
 */
const UNSEEN = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]`;

/** Scripts that are written without joiners: in between their letters one can only deceive. */
const UNJOINED = String.raw`[\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Armn}\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Zinh}]`;

/**
 * Unseen characters in their place: joiners that words of Persian and Hindi are written with and
 * families of emoji are made of, the sign after which a symbol is drawn as an emoji, and the one
 * that chooses the form of a Chinese character.
 */
const IN_PLACE = [
  String.raw`(?<=(?!${UNJOINED})[\p{L}\p{M}])[\u200c\u200d]`,
  String.raw`(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d`,
  String.raw`(?<=\p{Emoji})[\ufe0e\ufe0f]`,
  String.raw`(?<=\p{sc=Hani})[\u{e0100}-\u{e01ef}]`,
].join("|");

const HIDDEN = new RegExp(`(?!${IN_PLACE})${UNSEEN}`, "gu");
const HIDDEN_IN_LINES = new RegExp(String.raw`(?!\n|${IN_PLACE})${UNSEEN}`, "gu");

/** Nearly every text is printable ASCII, which is told faster. */
const PLAIN = /^[\x20-\x7e\n]*$/;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * A text as one line in which everything is seen: a character that is not, or that would move the
 * cursor, change colours or turn the direction of its neighbours, becomes its escape, `\x1b` or
 * `\u202e`, and a line end `\n`. What is visible already stays as it is.
 */
export function visibleText(text: string): string {
  return PLAIN.test(text) && !text.includes("\n") ? text : text.replace(HIDDEN, escapeOf);
}

/** {@link visibleText} of each line: `\n` stays the line end that it is, and so does `\r\n`. */
export function visibleLines(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replaceAll("\r\n", "\n").replace(HIDDEN_IN_LINES, escapeOf);
}

/**
 * JSON of the same value in which everything is seen: such characters can only stand in texts, and
 * become JSON's own escapes there. Line ends between values stay.
 */
export function visibleJson(json: string): string {
  if (PLAIN.test(json)) return json;
  return json.replace(HIDDEN_IN_LINES, (character) =>
    Array.from({ length: character.length }, (_, i) => jsonEscape(character.charCodeAt(i))).join(
      "",
    ),
  );
}

function escapeOf(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\u{${hex(code, 5)}}`;
}

function jsonEscape(unit: number): string {
  return `\\u${hex(unit, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
