import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A block of code between fences. */
export interface CodeBlock {
  /** What stands behind the opening fence: `sh`, `ts`, …; empty for none. */
  readonly language: string;
  /** Line of the opening fence in the page, counted from 1. */
  readonly line: number;
  readonly text: string;
  /** The path of the file that the block is, from a comment `<!-- file: PATH -->` right before it. */
  readonly file: string | null;
}

/** A page of the documentation. */
export interface Page {
  /** Relative to the root, with slashes. */
  readonly path: string;
  readonly text: string;
  /** The text with its blocks of code blanked out; lines keep their numbers. */
  readonly prose: string;
  readonly blocks: readonly CodeBlock[];
}

/** The README, CONTRIBUTING and all of `docs/` that is written by hand. */
export function readPages(): readonly Page[] {
  const docs = readdirSync(path.join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .map((file) => `docs/${file.split(path.sep).join("/")}`)
    .filter((file) => file.endsWith(".md") && !/^docs\/(reference|node_modules)\//.test(file))
    .filter((file) => !file.startsWith("docs/.vitepress/"));
  return ["README.md", "CONTRIBUTING.md", ...docs.sort()].map(readPage);
}

export function readPage(file: string): Page {
  const text = readFileSync(path.join(ROOT, file), "utf8");
  const prose: string[] = [];
  const blocks: CodeBlock[] = [];
  let open: { language: string; line: number; lines: string[] } | null = null;
  let marker: string | null = null;
  for (const [index, line] of text.split("\n").entries()) {
    const fence = /^```(\w*)/.exec(line);
    if (fence === null) {
      if (open !== null) open.lines.push(line);
      else if (line.trim() !== "") marker = /^<!-- file: (\S+) -->$/.exec(line)?.[1] ?? null;
      prose.push(open === null ? line : "");
      continue;
    }
    prose.push("");
    if (open === null) {
      open = { language: fence[1] ?? "", line: index + 1, lines: [] };
    } else {
      const { language, line: first, lines } = open;
      blocks.push({ language, line: first, text: `${lines.join("\n")}\n`, file: marker });
      open = null;
      marker = null;
    }
  }
  if (open !== null) throw new Error(`${file}:${open.line}: the block of code has no end`);
  return { path: file, text, prose: prose.join("\n"), blocks };
}

/** Everything between single backticks, outside blocks of code. */
export function inlineCode(page: Page): readonly string[] {
  return [...page.prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] as string);
}
