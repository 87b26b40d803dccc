const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LONG_INTEGER = /^-?\d{16,}$/;

/**
 * A valid JSON text whose whole numbers beyond 2^53 are texts of the same digits: as numbers some of
 * them would be read as others, and ids of that size (as databases and social networks give them)
 * would change, or seem to stand twice.
 */
export function withLongIntegersAsTexts(json: string): string {
  if (!/\d{16}/.test(json)) return json;
  const parts: string[] = [];
  let copied = 0;
  let at = 0;
  while (at < json.length) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      at = afterText(json, at);
      continue;
    }
    NUMBER.lastIndex = at;
    const [number] = NUMBER.exec(json) ?? [];
    if (number === undefined) {
      at++;
      continue;
    }
    if (LONG_INTEGER.test(number) && !Number.isSafeInteger(Number(number))) {
      parts.push(json.slice(copied, at), `"${number}"`);
      copied = at + number.length;
    }
    at += number.length;
  }
  return parts.join("") + json.slice(copied);
}

/** Where a text that begins at `start` has ended. */
function afterText(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json.charCodeAt(at) !== QUOTE) {
    at += json.charCodeAt(at) === BACKSLASH ? 2 : 1;
  }
  return at + 1;
}
