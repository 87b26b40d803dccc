/**
 * The source of a regular expression that matches a text to the letter, in any place of a pattern
 * and with any flag. Node 20 has no `RegExp.escape`.
 */
export function escapeRegExp(text: string): string {
  // With the flag u an escaped hyphen is an error outside a character class: its code never is.
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replaceAll("-", "\\x2d");
}
