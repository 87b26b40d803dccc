import { visibleText } from "../../base/visible-text.ts";

/**
 * A command line as it can be pasted into a shell: every word reaches the program as it is, and none
 * is run. Arguments stand behind `--` when one of them would be taken for an option.
 *
 * It is written for POSIX shells; as some know no `$'…'`, `printf` makes what is not seen. On
 * Windows nobody knows whether `cmd` or PowerShell will read it: it is written for both.
 *
 * @param words the program, its commands and options.
 * @param args arguments that come from outside: names of files, ids.
 * @returns null where no such line can be written: no argument holds NUL, and not every word can be
 *   quoted for both shells of Windows.
 */
export function shellCommand(
  words: readonly string[],
  args: readonly string[],
  platform: NodeJS.Platform = process.platform,
): string | null {
  const isWindows = platform === "win32";
  // PowerShell keeps a bare `--` to itself.
  const end = args.some((arg) => arg.startsWith("-")) ? [isWindows ? '"--"' : "--"] : [];
  const quote = isWindows ? windowsWord : posixWord;
  const quoted = [...words.map(quote), ...end, ...args.map(quote)];
  return quoted.includes(null) ? null : quoted.join(" ");
}

function posixWord(word: string): string | null {
  // No shell sees anything in these but themselves; zsh looks up what begins with `=`.
  if (/^(?!=)[\w./:@%+,=-]+$/.test(word)) return word;
  if (visibleText(word) === word) return `'${word.replaceAll("'", String.raw`'\''`)}'`;
  // What a command prints loses the line ends at its end.
  if (/\p{Cs}|\0|\n$/u.test(word)) return null;
  const escapes = Array.from(
    new TextEncoder().encode(word),
    (byte) => `\\0${byte.toString(8).padStart(3, "0")}`,
  );
  return `"$(printf %b '${escapes.join("")}')"`;
}

/** In double quotes, where nothing in the word means anything to `cmd` or PowerShell there. */
function windowsWord(word: string): string | null {
  if (/^[\w./:\\+-]+$/.test(word)) return word;
  return visibleText(word) !== word || /["“”„$`%!]|\\$/.test(word) ? null : `"${word}"`;
}
