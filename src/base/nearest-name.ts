/**
 * The name that was most likely meant: the one with the fewest edits, if those are few for its
 * length. `undefined` when nothing is near enough to be worth a suggestion.
 */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  const wanted = plainLetters(given);
  let nearest: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const edits = editDistance(wanted, plainLetters(name));
    if (edits < fewest) {
      fewest = edits;
      nearest = name;
    }
  }
  if (nearest === undefined) return undefined;
  // A swap of two letters counts as two edits.
  const most = Math.round(nearest.length * 0.4);
  return fewest <= most ? nearest : undefined;
}

/** ` Did you mean "response"?`, to go into a message; empty when nothing is near enough. */
export function didYouMean(given: string, names: readonly string[]): string {
  const near = nearestName(given, names);
  return near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
}

/** Case and word separators are what people mix up most: `answer_prefix` is `answerPrefix`. */
function plainLetters(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, "");
}

/** Levenshtein distance: insertions, deletions and substitutions that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = a[row - 1] === b[column - 1] ? 0 : 1;
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + substitution,
        ),
      );
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
