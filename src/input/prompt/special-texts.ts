import { escapeRegExp } from "../../base/escape-regexp.ts";

/** A special token, as far as its text is concerned. */
export interface SpecialText {
  readonly text: string;
  /** `control` and `unknown` tokens are always special; `user-defined` ones may be ordinary text. */
  readonly kind: "control" | "user-defined" | "unknown";
}

/** A special text in a text. */
export interface Occurrence {
  readonly index: number;
  readonly text: string;
}

/**
 * The special-token texts that record text must not smuggle into a prompt.
 *
 * Control and unknown tokens all belong to them. Of user-defined ones only those that a chat
 * template uses or that look like markup do: the rest, such as Gemma's runs of white space, are
 * ordinary text that merely has a token of its own.
 */
export class SpecialTexts {
  /** The texts, the longest first. A vocabulary may write its spaces `▁`: both spellings are here. */
  readonly texts: readonly string[];
  /** The longest text at a position, as llama.cpp takes it. */
  readonly #longest: RegExp | undefined;
  /** The longest text at *every* position, those within others too. */
  readonly #overlapping: RegExp | undefined;

  constructor(tokens: readonly SpecialText[], chatTemplateSource: string) {
    const guarded = tokens.filter((token) => isGuarded(token, chatTemplateSource));
    const spelt = guarded.flatMap(({ text }) => [
      text,
      text.replaceAll("▁", " "),
      text.replaceAll(" ", "▁"),
    ]);
    this.texts = [...new Set(spelt)].sort((a, b) => b.length - a.length);
    if (this.texts.length === 0) return;
    const alternatives = this.texts.map(escapeRegExp).join("|");
    this.#longest = new RegExp(alternatives, "g");
    this.#overlapping = new RegExp(`(?=(${alternatives}))`, "g");
  }

  /** Every special text in `text`, in their order; those that overlap, too. */
  occurrencesIn(text: string): Occurrence[] {
    // The plain expression rejects ordinary text many times faster.
    if (this.#overlapping === undefined || !this.isIn(text)) return [];
    return Array.from(text.matchAll(this.#overlapping), ({ index, 1: special = "" }) => ({
      index,
      text: special,
    }));
  }

  /** The special texts in `text` that do not overlap, each the longest at its place. */
  longestIn(text: string): Occurrence[] {
    if (this.#longest === undefined) return [];
    return Array.from(text.matchAll(this.#longest), ({ index, 0: special }) => ({
      index,
      text: special,
    }));
  }

  /** Whether `text` holds any special text. */
  isIn(text: string): boolean {
    return this.#longest !== undefined && text.search(this.#longest) !== -1;
  }
}

const MARKUP = /^(<\S.*>|\[\S.*\])$/s;
const PUNCTUATION = /[^\p{L}\p{N}\s]/u;

/** Whether record text must not become this token. */
export function isGuarded({ text, kind }: SpecialText, chatTemplateSource: string): boolean {
  if (text === "") return false;
  if (kind !== "user-defined") return true;
  return MARKUP.test(text) || (PUNCTUATION.test(text) && chatTemplateSource.includes(text));
}
