import type { Page } from "./pages.ts";

/** One simple command of a shell line. */
export interface ShellCommand {
  /** Where it stands: `docs/tuning.md:12`. */
  readonly place: string;
  /** The variables set for it alone. */
  readonly env: Readonly<Record<string, string>>;
  /** Program and arguments. */
  readonly words: readonly string[];
  /** The file that standard output goes to. */
  readonly output: string | null;
}

/** The commands that a page's `sh` blocks show; pipes and `&&` are taken apart. */
export function shellCommands(page: Page): readonly ShellCommand[] {
  return page.blocks
    .filter(({ language }) => language === "sh")
    .flatMap((block) =>
      block.text
        .replaceAll(/\\\n\s*/g, " ")
        .split("\n")
        .flatMap((line, index) => parseLine(line, `${page.path}:${block.line + 1 + index}`)),
    );
}

/**
 * Takes a line apart as a shell would, as far as documentation needs it: words, quotes, comments,
 * pipes, `&&` and `> file`. What else a shell knows is an error, so that it cannot pass unread.
 */
export function parseLine(line: string, place: string): readonly ShellCommand[] {
  const tokens = [...line.matchAll(/#.*|&&|\||>|"[^"]*"|'[^']*'|[^\s|>&"';()<]+|\S/g)]
    .map(([token]) => token)
    .filter((token) => !token.startsWith("#"));
  const commands: { words: string[]; output: string | null }[] = [];
  let current: { words: string[]; output: string | null } | null = null;
  let toFile = false;
  for (const token of tokens) {
    if (/^[;&()<]$/.test(token)) throw new Error(`${place}: ${token} is not read by this test`);
    if (token === "&&" || token === "|") {
      current = null;
      continue;
    }
    if (token === ">") {
      toFile = true;
      continue;
    }
    if (current === null) {
      current = { words: [], output: null };
      commands.push(current);
    }
    const word = token.replace(/^(["'])(.*)\1$/, "$2");
    if (toFile) current.output = word;
    else current.words.push(word);
    toFile = false;
  }
  return commands.map(({ words, output }) => {
    const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
    const env = Object.fromEntries(
      words.slice(0, first === -1 ? words.length : first).map((word) => {
        const [name = "", ...value] = word.split("=");
        return [name, value.join("=")];
      }),
    );
    return { place, env, words: first === -1 ? [] : words.slice(first), output };
  });
}
