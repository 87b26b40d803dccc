import { escapeRegExp } from "../../base/escape-regexp.ts";

/** A block of thoughts that a text opens at its end and does not close. */
export interface OpenThoughts {
  readonly closingTag: string;
  /** The text with the block closed, empty. */
  readonly closed: string;
  /** Whether an empty block stands in the template, word for word. */
  readonly isTemplatesOwn: boolean;
}

/**
 * A tag with which thoughts begin: `<think>`, `<seed:think>`, `[THINK]`, `<|START_THINKING|>`,
 * `<|begin_of_thought|>`, `◁think▷`, `<|channel>thought`.
 */
const OPENING_TAG =
  /(?<left>[<[◁]\|?)(?<name>[^<>[\]◁▷|/\s]+)(?<right>\|?[>\]▷])(?<channel>(?:thought|analysis)s?)?$/;
const THOUGHTS = /think|thought|reason|reflect|scratchpad/i;
const CLOSING = /^end|end$/i;

/** Whether a text begins with a block of thoughts, open or closed. */
export function beginsWithThoughts(text: string): boolean {
  const tag = /^\s*[<[◁][^\s<>[\]◁▷]*[>\]▷]\w*/.exec(text)?.[0] ?? "";
  return THOUGHTS.test(tag);
}

/**
 * Whether `text` ends with the opening of a block of thoughts, and how that is closed: as the
 * template's own text shows it, or with the tag that belongs to the opening one.
 */
export function thoughtsLeftOpen(text: string, source: string): OpenThoughts | undefined {
  const trimmed = text.trimEnd();
  const match = OPENING_TAG.exec(trimmed);
  if (match?.groups === undefined) return undefined;
  const { left = "", name = "", right = "", channel = "" } = match.groups;
  if (!THOUGHTS.test(name + channel) || CLOSING.test(name)) return undefined;
  const space = text.slice(trimmed.length);
  const candidates = closingTags(left, name, right);
  const closingTag = candidates.find((tag) => source.includes(tag)) ?? candidates[0] ?? "";
  const empty = emptyBlockIn(source, match[0], closingTag);
  return {
    closingTag,
    closed:
      empty === undefined
        ? text + space + closingTag + space.repeat(2)
        : text.slice(0, match.index) + empty,
    isTemplatesOwn: empty !== undefined,
  };
}

function closingTags(left: string, name: string, right: string): string[] {
  const ended = name
    .replace(/^start/i, (word) => (word === word.toUpperCase() ? "END" : "end"))
    .replace(/^begin/i, (word) => (word === word.toUpperCase() ? "END" : "end"));
  return [
    ...(ended === name ? [] : [left + ended + right]),
    `${left}/${name}${right}`,
    `${left}end_${name}${right}`,
    // `<|channel>` is closed by `<channel|>`.
    ...(left.endsWith("|") && !right.startsWith("|")
      ? [`${left.slice(0, -1)}${name}|${right}`]
      : []),
  ];
}

/** An empty block that stands in the template's source; line ends may be escaped there. */
function emptyBlockIn(source: string, opening: string, closing: string): string | undefined {
  const space = String.raw`(?:\s|\\n)*`;
  const block = new RegExp(`${escapeRegExp(opening)}${space}${escapeRegExp(closing)}(?:\\\\n)*`);
  return block.exec(source)?.[0].replaceAll("\\n", "\n");
}
