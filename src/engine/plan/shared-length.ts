/** Number of tokens that two prompts begin with alike, of which the first `known` are known to be. */
export function sharedLength(left: Int32Array, right: Int32Array, known = 0): number {
  const most = Math.min(left.length, right.length);
  let length = known;
  while (length < most && left[length] === right[length]) length++;
  return length;
}
