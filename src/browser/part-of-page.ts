/** One of the page's own parts. @throws Error where it is missing. */
export function partOfPage(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no part ${id}`);
  return found;
}

/** The text of a part; null where the page was written without it. */
export function textOfPart(id: string): string | null {
  return document.getElementById(id)?.textContent ?? null;
}
