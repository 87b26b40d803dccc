import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { renderReport } from "../../../src/present/page/render-report.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { rejection } from "../../support/errors.ts";
import { parseMarkup, texts } from "../markup.ts";

const RESULT = madeUpEvaluation({ layers: 2, records: 5, criteria: ["tone"] });

describe("a report", () => {
  it("lets its own script run, and nothing be loaded", async () => {
    const page = await renderReport([RESULT]);
    const [, policy = ""] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    const scripts = [...page.matchAll(/<script type="module">(.*?)<\/script>/gs)];
    expect(scripts).toHaveLength(1);
    const hash = createHash("sha256")
      .update(scripts[0]?.[1] ?? "")
      .digest("base64");
    expect(policy.replaceAll("&#39;", "'")).toMatch(/^default-src 'none'; /);
    expect(policy).toContain(`sha256-${hash}`);
    expect(page).not.toMatch(/(?:src|href)="(?!#)/);
  });

  it("of one run is named after it, of several has an overview and keeps them apart", async () => {
    const one = await renderReport([RESULT]);
    expect(one).toContain("<title>topical-chat, judged by qwen2.5-coder-1.5b</title>");
    expect(texts(parseMarkup(one), "h1")).toEqual(["topical-chat judged by qwen2.5-coder-1.5b"]);
    const tree = parseMarkup(await renderReport([RESULT, RESULT]));
    expect(texts(tree, "h1")[0]).toBe("2 runs");
    const ids = [...tree.querySelectorAll("main [id]")].map((each) => each.getAttribute("id"));
    expect(ids).toContain("run-1-methods");
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });

  it("of nothing is refused", async () => {
    await rejection(renderReport([]), "INVALID_ARGUMENT");
  });
});
