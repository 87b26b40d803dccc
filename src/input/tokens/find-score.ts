import { escapeRegExp } from "../../base/escape-regexp.ts";
import type { ScorePositionRule } from "../task/condition.ts";
import { type LabelTree, labelTree } from "./label-tree.ts";
import { type Tokenizer, tokenTexts } from "./tokenizer.ts";

/** Where the score stands in a generated answer. */
export interface FoundScore {
  /** Generated tokens in front of the score token: the last of them is the score position. */
  readonly before: number;
  /** The labels as the judge would have written them there. */
  readonly labels: LabelTree;
}

/** What a generated answer is searched for. */
export interface ScoreSearch {
  readonly rule: ScorePositionRule;
  /** Labels of the scale, in its order. */
  readonly labels: readonly string[];
  /** Their tokens behind the answer prefix. */
  readonly tree: LabelTree;
  readonly answerPrefix: string;
  readonly tokenizer: Pick<Tokenizer, "tokenize" | "tokenText">;
}

/** Tokens that the labels may be written with. */
interface Family {
  readonly tree: LabelTree;
  /** Each label's tokens, without one that only ends the turn. Shape [labels][tokens]. */
  readonly spellings: readonly (readonly number[])[];
  /** Characters of each label that come before its tokens, because all labels begin with them. */
  readonly skipped: number;
}

/** What may stand between the answer prefix and the label: anything but words and line ends. */
const GAP = String.raw`[^\p{L}\p{N}\n]*?`;
const NO_WORD_BEFORE = String.raw`(?<![\p{L}\p{N}])`;
/** A bar shows that the judge repeats the choice it was given (`<1|2|3>`), and has not chosen. */
const NO_WORD_AFTER = String.raw`(?![\p{L}\p{N}]|\s*\|)`;

/**
 * A label that begins or ends with a digit is no part of another number: not of `-3`, `.5`, `4.5`,
 * `3,5` or the range `4-5`. `4.0` is a 4, and three points are no decimal point.
 */
const HYPHEN = String.raw`\-\u2010-\u2013\u2212\uFF0D`;
const POINT = String.raw`.,\u066B`;
const NO_NUMBER_BEFORE = `(?<![${HYPHEN}]|(?<!\\.)[${POINT}])`;
const NO_NUMBER_AFTER = String.raw`(?![${POINT}](?!0+(?!\p{N}))\p{N}|[${HYPHEN}]\p{N})`;
/** The answer ends where the next character decides whether the number does. */
const NUMBER_MAY_GO_ON = `(?![${POINT}]0*$|[${HYPHEN}]$)`;

/**
 * Finds the score in the tokens of a generated answer.
 *
 * - `last`: the last token that is a label, as the reference implementation scans for it. Labels of
 *   several tokens must stand apart from other words there, so that 85 is not taken for a 5.
 * - `after-prefix`: the label behind the last answer prefix that has one, on the same line and not
 *   part of a longer word or number (`4.5` and `-3` are none). Letter case and markup around the prefix do not count
 *   (`**Score:** 4`). An answer that is nothing but a label counts too.
 */
export class ScoreFinder {
  readonly #rule: ScorePositionRule;
  readonly #tokenizer: Pick<Tokenizer, "tokenText">;
  /** Sets of tokens that the labels may be written with: behind a space, with a capital, … */
  readonly #families: readonly Family[];
  readonly #label: RegExp;
  readonly #answer: RegExp | undefined;
  readonly #answerLine: RegExp | undefined;
  readonly #onlyLabel: RegExp;

  private constructor(search: ScoreSearch, families: readonly Family[]) {
    const { rule, labels, answerPrefix, tokenizer } = search;
    this.#rule = rule;
    this.#tokenizer = tokenizer;
    this.#families = families;
    const label = `(?<label>${[...labels]
      .sort((a, b) => b.length - a.length)
      .map(labelPattern)
      .join("|")})${NO_WORD_AFTER}`;
    this.#label = new RegExp(NO_WORD_BEFORE + label, "giu");
    this.#onlyLabel = new RegExp(`^[^\\p{L}\\p{N}]*?${label}[^\\p{L}\\p{N}]*$`, "iu");
    const prefix = prefixPattern(answerPrefix);
    if (prefix === undefined) return;
    this.#answer = new RegExp(NO_WORD_BEFORE + prefix + GAP + label, "giu");
    // What follows shows that the label is whole.
    this.#answerLine = new RegExp(
      `(?:^|\\n)${GAP}${prefix}${GAP}${label}${NUMBER_MAY_GO_ON}[^]`,
      "iu",
    );
  }

  static async create(search: ScoreSearch): Promise<ScoreFinder> {
    return new ScoreFinder(search, await labelFamilies(search));
  }

  /**
   * Whether nothing that could follow would change the score: an answer stands on a line of its own.
   * Under the rule `last` any further token might.
   */
  async isComplete(tokens: readonly number[]): Promise<boolean> {
    if (this.#rule === "last" || this.#answerLine === undefined) return false;
    return this.#answerLine.test((await tokenTexts(this.#tokenizer, tokens)).join(""));
  }

  /** `undefined` when the answer holds no score. */
  async find(tokens: readonly number[]): Promise<FoundScore | undefined> {
    return this.#rule === "last" && this.#families.every(isOneTokenEach)
      ? this.#lastToken(tokens)
      : this.#lastText(tokens);
  }

  #lastToken(tokens: readonly number[]): FoundScore | undefined {
    for (let at = tokens.length - 1; at >= 0; at--) {
      const family = this.#families.find((each) => isSpelledAt(each, tokens, at));
      if (family !== undefined) return { before: at, labels: family.tree };
    }
    return undefined;
  }

  /** The last place where both the text and the tokens are a label's. */
  async #lastText(tokens: readonly number[]): Promise<FoundScore | undefined> {
    const texts = await tokenTexts(this.#tokenizer, tokens);
    for (const offset of this.#labelOffsets(texts.join("")).reverse()) {
      for (const family of this.#families) {
        const before = tokenAt(texts, offset + family.skipped);
        if (before !== undefined && isSpelledAt(family, tokens, before)) {
          return { before, labels: family.tree };
        }
      }
    }
    return undefined;
  }

  /** Where labels stand in the text that may be the score, in characters. */
  #labelOffsets(text: string): number[] {
    if (this.#rule === "last") return Array.from(text.matchAll(this.#label), labelOffset);
    const only = this.#onlyLabel.exec(text);
    if (only !== null) return [labelOffset(only)];
    return this.#answer === undefined ? [] : Array.from(text.matchAll(this.#answer), labelOffset);
  }
}

function labelPattern(label: string): string {
  return (
    (/^\p{N}/u.test(label) ? NO_NUMBER_BEFORE : "") +
    escapeRegExp(label) +
    (/\p{N}$/u.test(label) ? NO_NUMBER_AFTER : "")
  );
}

function labelOffset(match: RegExpExecArray | RegExpMatchArray): number {
  const label = match.groups?.label ?? "";
  return (match.index ?? 0) + match[0].lastIndexOf(label);
}

/** The token that begins at a character, white space in front of it aside. */
function tokenAt(texts: readonly string[], offset: number): number | undefined {
  let begin = 0;
  for (const [index, text] of texts.entries()) {
    const end = begin + text.length;
    if (offset < end) {
      return text.slice(0, offset - begin).trim() === "" ? index : undefined;
    }
    begin = end;
  }
  return undefined;
}

/** The answer prefix as a judge may write it; `undefined` when there is nothing to be seen in it. */
function prefixPattern(answerPrefix: string): string | undefined {
  const parts = /^(?<words>.*?)(?<mark>[^\p{L}\p{N}\s]*)$/su.exec(answerPrefix.trim())?.groups;
  const words = (parts?.words ?? "").trim();
  const mark = parts?.mark ?? "";
  if (words === "" && mark === "") return undefined;
  const markup = words === "" || mark === "" ? "" : String.raw`[*_"'\x60]*`;
  return escapeRegExp(words) + markup + escapeRegExp(mark);
}

/**
 * The labels' own tokens first. Where each label is one token, also those of other spellings: alone
 * or behind a space, with a capital, all capitals.
 */
async function labelFamilies(search: ScoreSearch): Promise<Family[]> {
  const { labels, tree, tokenizer } = search;
  const own = await ownFamily(search);
  const families = [own];
  if (!isOneTokenEach(own)) return families;
  const seen = new Set(tree.paths.flat());
  const cases = [(text: string) => text, capitalised, (text: string) => text.toUpperCase()];
  for (const lead of ["", " "]) {
    for (const change of cases) {
      const ids = await tokenizer.tokenize(
        labels.map((label) => ({ text: lead + change(label), special: false })),
      );
      const paths = ids.map((tokens) => Array.from(tokens));
      const flat = paths.flat();
      const isOneEach = paths.every((path) => path.length === 1);
      // A token that stands for a label already must not stand for another one.
      if (!isOneEach || new Set(flat).size !== flat.length) continue;
      if (flat.some((id) => seen.has(id))) continue;
      for (const id of flat) seen.add(id);
      families.push({ tree: labelTree(paths), spellings: paths, skipped: 0 });
    }
  }
  return families;
}

/** The labels as they follow the answer prefix: without what ends them, and what all begin with. */
async function ownFamily({ labels, tree, tokenizer }: ScoreSearch): Promise<Family> {
  const textOf = async (tokens: readonly number[]) =>
    (await tokenTexts(tokenizer, tokens)).join("").trimStart();
  const spellings: (readonly number[])[] = [];
  for (const [index, path] of tree.paths.entries()) {
    const isWhole = labels[index]?.endsWith(await textOf(path)) === true;
    spellings.push(isWhole ? path : path.slice(0, -1));
  }
  const [label = ""] = labels;
  const skipped = label.length - (await textOf(spellings[0] ?? [])).length;
  return { tree, spellings, skipped: Math.max(0, skipped) };
}

function isOneTokenEach({ tree, skipped }: Family): boolean {
  return tree.isFlat && skipped === 0;
}

function isSpelledAt({ spellings }: Family, tokens: readonly number[], at: number): boolean {
  return spellings.some(
    (spelling) =>
      spelling.length > 0 && spelling.every((token, index) => tokens[at + index] === token),
  );
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
