import { LagerError } from "../../base/errors.ts";
import { type LabelTree, labelTree } from "./label-tree.ts";
import { type Tokenizer, tokenTexts } from "./tokenizer.ts";

/** Where the labels of a scale part, in texts that differ in nothing but the label. */
export interface FoundLabels {
  /** Number of tokens that all labels share: all of them belong to the prompt. */
  readonly shared: number;
  /** What follows them. */
  readonly tree: LabelTree;
}

/**
 * Finds the labels' tokens: the common token prefix belongs to the prompt, and what follows are
 * the labels. That holds for tokenisers that merge a space into a digit (`score:` + ` 5`) as well
 * as for those that do not (`score: ` + `5`), and for labels of one or several tokens.
 *
 * @param tokenized for each label the token ids of the same text followed by the label
 * @param findEndToken the token that ends the judge's turn, `null` when it has none; called only
 *   when a label begins another
 * @throws LagerError AMBIGUOUS_LABELS that names labels and tokens
 */
export async function findLabels(
  tokenized: readonly Int32Array[],
  labels: readonly string[],
  tokenizer: Tokenizer,
  findEndToken: () => Promise<number | null>,
): Promise<FoundLabels> {
  const shared = commonPrefixLength(tokenized);
  const spellings = tokenized.map((tokens) => Array.from(tokens.subarray(shared)));
  const fail = (rule: string) => ambiguous(rule, labels, spellings, tokenizer);
  if (!areDistinct(spellings)) throw await fail("every label must have tokens of its own");

  const beginnings = properPrefixes(spellings);
  const begins = spellings.map((spelling) => beginnings.has(key(spelling)));
  if (!begins.includes(true)) return { shared, tree: labelTree(spellings) };

  const endToken = await findEndToken();
  if (endToken === null) {
    throw await fail(
      `${JSON.stringify(labels[begins.indexOf(true)])} begins another label, and the judge has no ` +
        "token to end its turn with, which would tell them apart",
    );
  }
  const paths = spellings.map((spelling, i) => (begins[i] ? [...spelling, endToken] : spelling));
  // A label may spell the end token itself.
  if (!areDistinct(paths)) throw await fail("every label must have tokens of its own");
  return { shared, tree: labelTree(paths) };
}

function commonPrefixLength(sequences: readonly Int32Array[]): number {
  const [first, ...others] = sequences;
  if (first === undefined) return 0;
  const end = first.findIndex((token, index) => others.some((other) => other[index] !== token));
  return end === -1 ? first.length : end;
}

function areDistinct(spellings: readonly (readonly number[])[]): boolean {
  return new Set(spellings.map(key)).size === spellings.length;
}

/** Keys of all beginnings of the spellings, each shorter than the spelling itself. */
function properPrefixes(spellings: readonly (readonly number[])[]): Set<string> {
  const prefixes = new Set<string>();
  for (const spelling of spellings) {
    for (let length = 0; length < spelling.length; length++) {
      prefixes.add(key(spelling.slice(0, length)));
    }
  }
  return prefixes;
}

function key(tokens: readonly number[]): string {
  return tokens.join(" ");
}

async function ambiguous(
  rule: string,
  labels: readonly string[],
  spellings: readonly (readonly number[])[],
  tokenizer: Tokenizer,
): Promise<LagerError> {
  const shown: string[] = [];
  for (const [index, label] of labels.slice(0, 20).entries()) {
    const ids = spellings[index] ?? [];
    const texts = await tokenTexts(tokenizer, ids);
    const tokens = texts.map((text, i) => `${JSON.stringify(text)} (${ids[i]})`);
    shown.push(
      `${JSON.stringify(label)} is ${tokens.length === 0 ? "no token" : tokens.join(" + ")}`,
    );
  }
  if (labels.length > shown.length) shown.push(`and ${labels.length - shown.length} more`);
  return new LagerError(
    "AMBIGUOUS_LABELS",
    `the judge's vocabulary cannot tell the labels of this scale apart: ${rule}, but after the ` +
      `answer prefix ${shown.join(", ")}. Choose other labels (single digits or short words), or ` +
      "another answer prefix",
  );
}
