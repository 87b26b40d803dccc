/** Number of tokens that two prompts begin with alike, of which the first `known` are known to be. */
export function sharedLength(left: Int32Array, right: Int32Array, known = 0): number {
  const most = Math.min(left.length, right.length);
  let length = known;
  while (length < most && left[length] === right[length]) length++;
  return length;
}

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
