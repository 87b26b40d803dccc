import { sharedLength } from "./shared-length.ts";

/**
 * Number of nodes of the prompts' token trie: the fewest tokens by which all of them can be
 * decoded, if what they share is decoded once. In the order of their ids, each prompt adds what it
 * does not share with the one before.
 */
export function distinctTokens(prompts: readonly Int32Array[]): number {
  let total = 0;
  let previous: Int32Array = new Int32Array();
  for (const prompt of [...prompts].sort(compareTokens)) {
    total += prompt.length - sharedLength(previous, prompt);
    previous = prompt;
  }
  return total;
}

function compareTokens(left: Int32Array, right: Int32Array): number {
  const at = sharedLength(left, right);
  return (left[at] ?? -1) - (right[at] ?? -1);
}
