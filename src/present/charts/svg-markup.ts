import { escapeText } from "../page/html.ts";

/** What is read of a drawn element; the DOM's own types are not at hand in Node. */
export interface SvgNode {
  /** 1 for elements, 3 for texts. */
  readonly nodeType: number;
  readonly localName: string;
  readonly textContent: string | null;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly childNodes: Iterable<SvgNode>;
}

/**
 * A drawn element as markup that is well-formed XML, and the same in an HTML page. Texts and values
 * are escaped here, whatever the document thinks of its own: one of HTML leaves `&` and `<` in values.
 */
export function svgMarkup(node: SvgNode): string {
  if (node.nodeType === 3) return escapeText(node.textContent ?? "");
  if (node.nodeType !== 1) return "";
  const name = node.localName;
  const attributes = Array.from(
    node.attributes,
    (each) => ` ${each.name}="${escapeText(each.value)}"`,
  );
  const content = Array.from(node.childNodes, svgMarkup).join("");
  return `<${name}${attributes.join("")}>${content}</${name}>`;
}
