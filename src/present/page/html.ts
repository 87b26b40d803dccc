/** Markup that may stand in a page as it is. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What can stand between the parts of a template. */
export type HtmlContent = string | number | Html | readonly HtmlContent[] | null;

/** A template of markup: texts and numbers put into it are escaped, `Html` is not. */
export function html(parts: TemplateStringsArray, ...contents: readonly HtmlContent[]): Html {
  return new Html(
    parts.reduce((markup, part, i) => markup + markupOf(contents[i - 1] ?? null) + part),
  );
}

function markupOf(content: HtmlContent): string {
  if (content === null) return "";
  if (content instanceof Html) return content.markup;
  if (typeof content === "object") return content.map(markupOf).join("");
  return escapeText(String(content));
}

/** What XML 1.0 can hold in no way, not even as a reference, and a carriage return, which it drops. */
const NOT_IN_XML = /[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/**
 * A text for markup, between tags and in quoted attributes, of HTML and of XML. Characters that no
 * XML can hold are shown as escapes, so that texts that differ in them stay apart.
 */
export function escapeText(text: string): string {
  return text
    .replaceAll(NOT_IN_XML, shownCode)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

function shownCode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/**
 * A value as JSON for a script element: no text in it can end the element or open a comment.
 */
export function scriptJson(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll("<", "\\u003c"));
}
