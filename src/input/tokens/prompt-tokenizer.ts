import { LagerError } from "../../base/errors.ts";
import type { PromptPiece, PromptText } from "../prompt/prompt-text.ts";
import { type FoundLabels, findLabels } from "./find-labels.ts";
import type { LabelTree } from "./label-tree.ts";
import { SpecialTail } from "./special-tail.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** What is known of a tail: see `PromptTokenizer`. */
interface KnownTail {
  /** Token ids of the tail with the first label after it. */
  readonly tokens: Int32Array;
  /** Where the labels part, counted within `tokens`. */
  readonly labels: FoundLabels;
}

/** A run has one tail, or one for each criterion; more than these would be no tails to keep. */
const MOST_TAILS = 64;
/** A longer tail holds record text and will not come again. */
const LONGEST_TAIL = 512;

/** A prompt ready to decode. */
export interface TokenizedPrompt {
  /** Token ids up to the score position, whose hidden state predicts the score. Shape [tokens]. */
  readonly tokens: Int32Array;
  /** The labels of the scale, in its order, as tokens that follow the score position. */
  readonly labels: LabelTree;
}

/**
 * Turns prompts into token ids, and finds the score position and the labels' tokens.
 *
 * An ordinary prompt gets exactly the ids that llama.cpp gives for the whole string with special
 * tokens read as such (and BOS in front, if the model wants it). Record pieces are tokenised on
 * their own, without special tokens.
 *
 * The *tail* of a prompt begins with its last special token. Tokenisers start afresh there, so the
 * tail's ids do not depend on what stands before it: the labels' tokens are looked up once for
 * each tail. A prompt without special tokens is tokenised whole with every label.
 */
export class PromptTokenizer {
  readonly #tokenizer: Tokenizer;
  readonly #labels: readonly string[];
  readonly #findEndToken: () => Promise<number | null>;
  readonly #specialTail: SpecialTail;
  readonly #specialIds: ReadonlySet<number>;
  readonly #tails = new Map<string, KnownTail>();

  /**
   * @param labels the labels of the scale, in its order; at least two
   * @param findEndToken the token that ends the judge's turn, `null` when it has none; called only
   *   when a label begins another. Default: there is none.
   */
  constructor(
    tokenizer: Tokenizer,
    labels: readonly string[],
    findEndToken: () => Promise<number | null> = async () => null,
  ) {
    if (labels.length < 2) {
      throw new LagerError("INVALID_ARGUMENT", "a scale has at least two labels");
    }
    this.#tokenizer = tokenizer;
    this.#labels = labels;
    this.#findEndToken = findEndToken;
    this.#specialTail = new SpecialTail(tokenizer.specialTokens.map(({ text }) => text));
    this.#specialIds = new Set(tokenizer.specialTokens.map(({ id }) => id));
  }

  /** @throws LagerError AMBIGUOUS_LABELS */
  async tokenize(prompt: PromptText): Promise<TokenizedPrompt> {
    const { before, last } = splitLast(prompt);
    const start = await this.#tokenizePieces(before);
    const tail = this.#specialTail.of(last);
    const known = tail === undefined ? undefined : this.#tails.get(tail);
    if (known !== undefined) {
      const [end = new Int32Array()] = await this.#withLabels(last, this.#labels.slice(0, 1));
      if (endsWith(end, known.tokens)) {
        const shared = end.length - known.tokens.length + known.labels.shared;
        return this.#assemble(start, end.subarray(0, shared), known.labels.tree);
      }
    }
    const ends = await this.#withLabels(last, this.#labels);
    const labels = await this.#findLabels(ends);
    if (tail !== undefined && known === undefined) await this.#learnTail(tail, ends);
    const [first = new Int32Array()] = ends;
    return this.#assemble(start, first.subarray(0, labels.shared), labels.tree);
  }

  /** Ids of a prompt that the judge goes on from by itself, so that no label follows it. */
  async tokenizeAlone(prompt: PromptText): Promise<Int32Array> {
    return this.#join(await this.#tokenizePieces(prompt.pieces));
  }

  /** Keeps a tail's tokens if they prove to be the end of the whole text's, for every label. */
  async #learnTail(tail: string, ends: readonly Int32Array[]): Promise<void> {
    if (tail.length > LONGEST_TAIL || this.#tails.size >= MOST_TAILS) return;
    const tails = await this.#withLabels(tail, this.#labels);
    const [tokens] = tails;
    if (tokens === undefined) return;
    if (!tails.every((tokensOfTail, index) => endsWith(ends[index], tokensOfTail))) return;
    this.#tails.set(tail, {
      tokens,
      labels: await this.#findLabels(tails),
    });
  }

  #findLabels(tokenized: readonly Int32Array[]): Promise<FoundLabels> {
    return findLabels(tokenized, this.#labels, this.#tokenizer, this.#findEndToken);
  }

  /** Ids of a trusted text with each of the labels after it. */
  #withLabels(text: string, labels: readonly string[]): Promise<Int32Array[]> {
    return this.#tokenizer.tokenize(labels.map((label) => ({ text: text + label, special: true })));
  }

  async #tokenizePieces(pieces: readonly PromptPiece[]): Promise<Int32Array[]> {
    if (pieces.length === 0) return [];
    const templates = pieces.filter(({ source }) => source === "template");
    const tokenized = await this.#tokenizer.tokenize(
      templates.map(({ text }) => ({ text, special: true })),
    );
    const ids: Int32Array[] = [];
    // A record may repeat one special text a hundred thousand times.
    const recordTexts = new Map<string, readonly Int32Array[]>();
    let next = 0;
    for (const { source, text } of pieces) {
      if (source === "template") {
        ids.push(tokenized[next++] ?? new Int32Array());
        continue;
      }
      const known = recordTexts.get(text) ?? (await this.#tokenizeRecordText(text));
      recordTexts.set(text, known);
      ids.push(...known);
    }
    return ids;
  }

  /**
   * llama.cpp reads user-defined tokens as such even when special tokens are off. A text that
   * becomes one is cut after its first character, and the parts are tokenised apart.
   */
  async #tokenizeRecordText(text: string): Promise<Int32Array[]> {
    const [ids = new Int32Array()] = await this.#tokenizer.tokenize([{ text, special: false }]);
    const [first = "", ...rest] = text;
    if (rest.length === 0 || !ids.some((id) => this.#specialIds.has(id))) return [ids];
    return [
      ...(await this.#tokenizeRecordText(first)),
      ...(await this.#tokenizeRecordText(rest.join(""))),
    ];
  }

  #assemble(start: readonly Int32Array[], end: Int32Array, labels: LabelTree): TokenizedPrompt {
    return { tokens: this.#join([...start, end]), labels };
  }

  /** The whole prompt, with BOS in front if the model wants it. */
  #join(parts: readonly Int32Array[]): Int32Array {
    const first = parts.find((part) => part.length > 0)?.[0];
    const { addsBos, bosToken } = this.#tokenizer;
    const withBos = addsBos && bosToken !== null && first !== bosToken;
    const tokens = concatenate(withBos ? [Int32Array.of(bosToken), ...parts] : parts);
    if (tokens.length === 0) {
      throw new LagerError(
        "INVALID_ARGUMENT",
        "the prompt has no token in front of the label, so there is no score position; give the " +
          "task an answer prefix",
      );
    }
    return tokens;
  }
}

/** The label follows the last piece, so that one is trusted text (empty, if need be). */
function splitLast(prompt: PromptText): { before: readonly PromptPiece[]; last: string } {
  const last = prompt.pieces.at(-1);
  return last?.source === "template"
    ? { before: prompt.pieces.slice(0, -1), last: last.text }
    : { before: prompt.pieces, last: "" };
}

function endsWith(tokens: Int32Array | undefined, end: Int32Array): boolean {
  if (tokens === undefined || tokens.length < end.length) return false;
  const offset = tokens.length - end.length;
  return end.every((token, index) => tokens[offset + index] === token);
}

function concatenate(parts: readonly Int32Array[]): Int32Array {
  const whole = new Int32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
