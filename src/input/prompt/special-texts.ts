import { escapeRegExp } from "../../base/escape-regexp.ts";

/** A special token, as far as its text is concerned. */
export interface SpecialText {
  readonly text: string;
  /** `control` and `unknown` tokens are always special; `user-defined` ones may be ordinary text. */
  readonly kind: "control" | "user-defined" | "unknown";
}

/**
 * The special-token texts that record text must not smuggle into a prompt.
 *
 * Control and unknown tokens all belong to them. Of user-defined ones only those that a chat
 * template uses or that look like markup do: the rest, such as Gemma's runs of white space, are
 * ordinary text that merely has a token of its own.
 */
export class SpecialTexts {
  /** The longest text at a position, as llama.cpp takes it. */
  readonly #longest: RegExp | undefined;
  /** The longest text at *every* position, those within others too. */
  readonly #overlapping: RegExp | undefined;
  /** All texts, one after the other. */
  readonly joined: string;

  constructor(tokens: readonly SpecialText[], chatTemplateSource: string) {
    const guarded = tokens.filter((token) => isGuarded(token, chatTemplateSource));
    const texts = [...new Set(guarded.map(({ text }) => text))].sort((a, b) => b.length - a.length);
    this.joined = texts.join("\n");
    if (texts.length === 0) return;
    const alternatives = texts.map(escapeRegExp).join("|");
    this.#longest = new RegExp(alternatives, "g");
    this.#overlapping = new RegExp(`(?=(${alternatives}))`, "g");
  }

  /** The special texts in `text`, in their order. Overlapping ones are all listed. */
  sequenceIn(text: string): string[] {
    // The plain expression rejects ordinary text many times faster.
    if (this.#overlapping === undefined || !this.isIn(text)) return [];
    return Array.from(text.matchAll(this.#overlapping), (match) => match[1] ?? "");
  }

  /** Whether `text` holds any special text. */
  isIn(text: string): boolean {
    return this.#longest !== undefined && text.search(this.#longest) !== -1;
  }

  /** `text` with every special text replaced. */
  replaceIn(text: string, replacement: (special: string) => string): string {
    return this.#longest === undefined ? text : text.replace(this.#longest, replacement);
  }
}

const MARKUP = /^(<\S.*>|\[\S.*\])$/s;
const PUNCTUATION = /[^\p{L}\p{N}\s]/u;

function isGuarded({ text, kind }: SpecialText, chatTemplateSource: string): boolean {
  if (text === "") return false;
  if (kind !== "user-defined") return true;
  return MARKUP.test(text) || (PUNCTUATION.test(text) && chatTemplateSource.includes(text));
}
