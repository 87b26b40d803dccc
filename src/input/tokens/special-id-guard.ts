import { LagerError } from "../../base/errors.ts";
import type { PromptText } from "../prompt/prompt-text.ts";
import { isGuarded, SpecialTexts } from "../prompt/special-texts.ts";
import type { SpecialToken, Tokenizer } from "./tokenizer.ts";

/**
 * Holds the special tokens of a prompt to those of its neutral twin, by number and order.
 *
 * Texts are guarded where prompts are built. But a tokeniser may make a special token of ordinary
 * text, too: by merging what stands beside each other, or by taking a space for `▁`. Unknown tokens
 * are left out, because ordinary text becomes them where a vocabulary cannot spell it.
 */
export class SpecialIdGuard {
  readonly #tokenizer: Tokenizer;
  readonly #guarded: ReadonlyMap<number, SpecialToken>;
  readonly #texts: SpecialTexts;
  readonly #idsByText: ReadonlyMap<string, number>;

  constructor(tokenizer: Tokenizer, chatTemplateSource: string) {
    this.#tokenizer = tokenizer;
    const tokens = tokenizer.specialTokens.filter(
      (token) => token.kind !== "unknown" && isGuarded(token, chatTemplateSource),
    );
    this.#guarded = new Map(tokens.map((token) => [token.id, token]));
    this.#idsByText = new Map(tokens.map(({ id, text }) => [text, id]));
    this.#texts = new SpecialTexts(tokens, chatTemplateSource);
  }

  /**
   * @param tokens of the prompt
   * @throws LagerError UNSAFE_PROMPT
   */
  async check(tokens: Int32Array, { neutral }: PromptText, record: string): Promise<void> {
    if (neutral === undefined) return;
    const found = this.#guardedIn(tokens);
    const written = this.#withoutBos(
      this.#texts.longestIn(neutral).map(({ text }) => this.#idsByText.get(text)),
    );
    // The ordinary case: just the special texts that the templates write out.
    if (isSame(found, written)) return;
    const [ids = new Int32Array()] = await this.#tokenizer.tokenize([
      { text: neutral, special: true },
    ]);
    const expected = this.#guardedIn(ids);
    if (isSame(found, expected)) return;
    const at = found.findIndex((id, index) => id !== expected[index]);
    const token = this.#guarded.get(found[at] ?? expected[found.length] ?? -1);
    throw new LagerError(
      "UNSAFE_PROMPT",
      "this record could change the turns of the prompt: the judge's vocabulary makes the special " +
        `token ${JSON.stringify(token?.text ?? "")} of its text; change that text of the record`,
      { place: { record } },
    );
  }

  #guardedIn(tokens: Int32Array): readonly (number | undefined)[] {
    return this.#withoutBos(Array.from(tokens)).filter(
      (id) => id === undefined || this.#guarded.has(id),
    );
  }

  /** The model may want a token in front that the template does not write. */
  #withoutBos(ids: readonly (number | undefined)[]): readonly (number | undefined)[] {
    const { addsBos, bosToken } = this.#tokenizer;
    return addsBos && ids[0] === bosToken ? ids.slice(1) : ids;
  }
}

function isSame(a: readonly (number | undefined)[], b: readonly (number | undefined)[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
