import { LagerError } from "../errors.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** Where the labels of a scale part, in texts that differ in nothing but the label. */
export interface LabelTokens {
  /** Number of tokens that all labels share: all of them belong to the prompt. */
  readonly shared: number;
  /** The token after them, one for each label, shape [labels]. */
  readonly scoreTokens: Int32Array;
}

/**
 * Finds the score tokens: the common token prefix belongs to the prompt, and what follows is one
 * distinct token for each label. That holds for tokenisers that merge a space into a digit
 * (`score:` + ` 5`) as well as for those that do not (`score: ` + `5`).
 *
 * @param tokenized for each label the token ids of the same text followed by the label
 * @throws LagerError AMBIGUOUS_LABELS that names labels and tokens
 */
export function findLabelTokens(
  tokenized: readonly Int32Array[],
  labels: readonly string[],
  tokenizer: Tokenizer,
): LabelTokens {
  const shared = commonPrefixLength(tokenized);
  const ends = tokenized.map((tokens) => tokens.subarray(shared));
  if (ends.some((end) => end.length !== 1)) {
    throw ambiguous("every label must be exactly one token", labels, ends, tokenizer);
  }
  const scoreTokens = Int32Array.from(ends, (end) => end[0] ?? -1);
  if (new Set(scoreTokens).size !== labels.length) {
    throw ambiguous("every label must have a token of its own", labels, ends, tokenizer);
  }
  return { shared, scoreTokens };
}

function commonPrefixLength(sequences: readonly Int32Array[]): number {
  const [first, ...others] = sequences;
  if (first === undefined) return 0;
  const end = first.findIndex((token, index) => others.some((other) => other[index] !== token));
  return end === -1 ? first.length : end;
}

function ambiguous(
  rule: string,
  labels: readonly string[],
  ends: readonly Int32Array[],
  tokenizer: Tokenizer,
): LagerError {
  const shown = labels.slice(0, 20).map((label, index) => {
    const tokens = Array.from(
      ends[index] ?? [],
      (id) => `${JSON.stringify(tokenizer.tokenText(id))} (${id})`,
    );
    return `${JSON.stringify(label)} is ${tokens.length === 0 ? "no token" : tokens.join(" + ")}`;
  });
  if (labels.length > shown.length) shown.push(`and ${labels.length - shown.length} more`);
  return new LagerError(
    "AMBIGUOUS_LABELS",
    `the judge's vocabulary cannot tell the labels of this scale apart: ${rule}, but after the ` +
      `answer prefix ${shown.join(", ")}. Choose other labels (single digits or short words), or ` +
      "another answer prefix",
  );
}
