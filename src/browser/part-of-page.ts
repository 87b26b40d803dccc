/** The text of one of the page's own parts. @throws Error where it is missing. */
export function partOfPage(id: string): string {
  const text = textOfPart(id);
  if (text === null) throw new Error(`the page has no part ${id}`);
  return text;
}

/** The same; null where the page was written without this part. */
export function textOfPart(id: string): string | null {
  return document.getElementById(id)?.textContent ?? null;
}
