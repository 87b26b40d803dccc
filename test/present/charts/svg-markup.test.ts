import { parseXml } from "@rgrove/parse-xml";
import { expect, it } from "vitest";
import { svgMarkup } from "../../../src/present/charts/svg-markup.ts";

const text = (content: string) => ({
  nodeType: 3,
  localName: "",
  textContent: content,
  attributes: [],
  childNodes: [],
});

function element(localName: string, attributes: object, childNodes: ReturnType<typeof text>[]) {
  const list = Object.entries(attributes).map(([name, value]) => ({ name, value }));
  return { nodeType: 1, localName, textContent: null, attributes: list, childNodes };
}

it("is XML whatever the texts and values hold", () => {
  const hostile = `Q&A <b a="1"> ' ]]> &amp; \u0000\u0001\u001b\ud83d\ufffe\u0085é😀`;
  const markup = svgMarkup(element("text", { "aria-label": hostile }, [text(hostile)]));
  const root = parseXml(markup).root;
  const shown = `Q&A <b a="1"> ' ]]> &amp; \\u0000\\u0001\\u001b\\ud83d\\ufffe\u0085é😀`;
  expect(root?.text).toBe(shown);
  expect(root?.attributes["aria-label"]).toBe(shown);
});

it("leaves out what is neither an element nor a text", () => {
  const comment = { ...text("--> <x"), nodeType: 8 };
  expect(svgMarkup(element("g", {}, [comment, text("a")]))).toBe("<g>a</g>");
});
