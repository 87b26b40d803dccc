import { describe, expect, it } from "vitest";
import { Html, html, scriptJson } from "../../../src/present/page/html.ts";

describe("a template of markup", () => {
  it("escapes texts, wherever they are put", () => {
    const text = `<b title="x">'&'</b>`;
    const escaped = "&lt;b title=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/b&gt;";
    expect(html`<p>${text}</p>`.markup).toBe(`<p>${escaped}</p>`);
    expect(html`<p>${[[text], 1]}</p>`.markup).toBe(`<p>${escaped}1</p>`);
  });

  it("takes markup as it is, and nothing for null", () => {
    expect(html`<p>${html`<b>${"&"}</b>`}${new Html("<i>")}${null}</p>`.markup).toBe(
      "<p><b>&amp;</b><i></p>",
    );
  });
});

describe("JSON in a script element", () => {
  it("cannot end the element, and is the same value again", () => {
    const value = { id: '</script><!-- "x" \u2028' };
    const { markup } = scriptJson(value);
    expect(markup).not.toContain("<");
    expect(JSON.parse(markup)).toEqual(value);
  });
});
