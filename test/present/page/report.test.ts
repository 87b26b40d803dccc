import { describe, expect, it } from "vitest";
import { renderReport, reportPage } from "../../../src/present/page/report.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { rejection } from "../../support/errors.ts";
import { parseMarkup, texts } from "../markup.ts";
import { ownScripts } from "./view.ts";

const RESULT = madeUpEvaluation({ layers: 2, records: 5, criteria: ["tone"] });

async function pageOf(...results: (typeof RESULT)[]): Promise<string> {
  return reportPage(await renderReport(results, []), "lager eval");
}

describe("a report as a page of its own", () => {
  it("lets the script of the theme run, and nothing be loaded", async () => {
    const page = await pageOf(RESULT);
    const { hashes, policy } = ownScripts(page);
    expect(hashes).toHaveLength(1);
    expect(policy).toContain(`script-src ${hashes[0]};`);
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(page).not.toMatch(/(?:src|href)="(?!#|data:,)/);
  });

  it("of one run is named after it, of several has an overview and keeps them apart", async () => {
    const one = await pageOf(RESULT);
    expect(one).toContain("<title>topical-chat, judged by qwen2.5-coder-1.5b</title>");
    expect(texts(parseMarkup(one), "h1")).toEqual(["topical-chat judged by qwen2.5-coder-1.5b"]);
    const tree = parseMarkup(await pageOf(RESULT, RESULT));
    expect(texts(tree, "h1")[0]).toBe("2 runs");
    const ids = [...tree.querySelectorAll("main [id]")].map((each) => each.getAttribute("id"));
    expect(ids).toContain("run-1-methods");
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });

  it("has links to all of its parts, and to no others", async () => {
    for (const results of [[RESULT], [RESULT, RESULT]]) {
      const tree = parseMarkup(await pageOf(...results));
      const links = [...tree.querySelectorAll("nav a")].map((link) => link.getAttribute("href"));
      const sections = [...tree.querySelectorAll("section")].map((each) => each.getAttribute("id"));
      expect(links).toEqual(expect.arrayContaining(sections.map((id) => `#${id}`)));
      for (const link of links) expect(tree.querySelector(link ?? ""), `${link}`).not.toBeNull();
    }
  });

  it("of nothing is refused", async () => {
    await rejection(renderReport([], []), "INVALID_ARGUMENT");
  });
});
