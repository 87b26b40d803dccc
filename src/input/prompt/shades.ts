/** Private-use characters: no text means anything by them. */
const FIRST = 0xe000;
const LAST = 0xf8ff;
const PRIVATE_USE = /[\uE000-\uF8FF]/g;
/** Filters cut, trim and escape by these, so that they stay as they are. */
const KEPT = /[\s"\\\p{Cc}]/u;

/**
 * Characters that stand for a record's own while templates are rendered: one for each character that
 * occurs in a special text, as long as it. So every character of a prompt tells whether it comes from
 * the record or from a template.
 */
export class Shades {
  readonly #shaded: Uint16Array;
  readonly #revealed: Uint16Array;

  private constructor(shaded: Uint16Array, revealed: Uint16Array) {
    this.#shaded = shaded;
    this.#revealed = revealed;
  }

  /**
   * @param specialTexts whose characters get shades
   * @param taken characters that must not be used; see `privateUseIn`
   * @returns undefined when there are not enough characters
   */
  static of(specialTexts: readonly string[], taken: ReadonlySet<string>): Shades | undefined {
    const shaded = Uint16Array.from({ length: 0x10000 }, (_, unit) => unit);
    const revealed = shaded.slice();
    let next = FIRST;
    for (const unit of unitsOf(specialTexts)) {
      while (next <= LAST && taken.has(String.fromCharCode(next))) next++;
      if (next > LAST) return undefined;
      shaded[unit] = next;
      revealed[next] = unit;
      next++;
    }
    return new Shades(shaded, revealed);
  }

  /** A record's text with its shades in place of its characters. */
  shade(text: string): string {
    return mapped(text, this.#shaded);
  }

  /** A text with the characters themselves in place of shades. */
  reveal(text: string): string {
    return text.search(PRIVATE_USE) === -1 ? text : mapped(text, this.#revealed);
  }

  /** Whether a character has a shade, as it stands in a template. */
  isShadeable(unit: number): boolean {
    return this.#shaded[unit] !== unit;
  }

  isShade(unit: number): boolean {
    return this.#revealed[unit] !== unit;
  }
}

/** The characters of special texts that are shaded; of a text that has none else, all. */
function unitsOf(texts: readonly string[]): Set<number> {
  const units = new Set<number>();
  for (const text of texts) {
    const kept = Array.from({ length: text.length }, (_, at) => KEPT.test(text.charAt(at)));
    const isKeptWhole = !kept.includes(false);
    for (let at = 0; at < text.length; at++) {
      if (isKeptWhole || kept[at] === false) units.add(text.charCodeAt(at));
    }
  }
  return units;
}

/** By a table and not by an expression: records have megabytes. */
function mapped(text: string, table: Uint16Array): string {
  const bytes = Buffer.allocUnsafe(text.length * 2);
  for (let at = 0; at < text.length; at++) {
    bytes.writeUInt16LE(table[text.charCodeAt(at)] ?? 0, at * 2);
  }
  return bytes.toString("utf16le");
}

/** The private-use characters of texts. */
export function privateUseIn(texts: Iterable<string>): Set<string> {
  const found = new Set<string>();
  for (const text of texts) {
    for (const character of text.match(PRIVATE_USE) ?? []) found.add(character);
  }
  return found;
}
