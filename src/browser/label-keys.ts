/** The key of each label: the label itself where each is one character, else 1 to 9 by its place. */
export function labelKeys(labels: readonly string[]): string[] {
  if (labels.every((label) => [...label].length === 1 && label !== "s" && label !== "u")) {
    return [...labels];
  }
  return labels.slice(0, 9).map((_, i) => String(i + 1));
}
