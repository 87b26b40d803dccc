import { parseHTML } from "linkedom";

/** The part of an element that the tests look at; the DOM's own types are not at hand in Node. */
export interface Element {
  readonly tagName: string;
  readonly textContent: string;
  getAttribute(name: string): string | null;
  querySelector(selector: string): Element | null;
  querySelectorAll(selector: string): Iterable<Element>;
}

/** Markup as a tree. */
export function parseMarkup(markup: string): Element {
  return parseHTML(`<!doctype html><html><body>${markup}</body></html>`).document.body;
}

/** Texts of all elements that a selector finds, in their order; spaces as a reader sees them. */
export function texts(root: Element, selector: string): string[] {
  return [...root.querySelectorAll(selector)].map(({ textContent }) =>
    textContent.replaceAll(/\s+/g, " ").trim(),
  );
}
