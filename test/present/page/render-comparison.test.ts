import { describe, expect, it } from "vitest";
import { renderComparison } from "../../../src/present/page/render-comparison.ts";
import { MOVER, THREE_SYSTEMS, TWO_SYSTEMS } from "../../fixtures/example-comparison.ts";
import { parseMarkup, texts } from "../markup.ts";
import { ownScripts } from "./view.ts";

describe("a comparison's page", () => {
  it("lets its own script run, and nothing be loaded", async () => {
    const page = await renderComparison(TWO_SYSTEMS);
    const { hashes, policy } = ownScripts(page);
    expect(hashes).toHaveLength(1);
    expect(policy).toContain(`script-src ${hashes[0]};`);
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(page).not.toMatch(/(?:src|href)="(?!#|data:,)/);
  });

  it("says first which of two is better, then has the chart, the tables and what moved", async () => {
    const tree = parseMarkup(await renderComparison(TWO_SYSTEMS));
    expect(texts(tree, "h1")).toEqual(["before and after compared"]);
    expect(texts(tree, "nav a")).toEqual(texts(tree, "h2"));
    expect(texts(tree, ".lead")).toEqual([
      "On all criteria, after is worse than before: −0.25 [−0.40, −0.10].",
    ]);
    expect(texts(tree, "h2")).toEqual([
      "Difference of the means",
      "After less before",
      "How much goes with the response's length",
      "What moved most",
    ]);
    expect([...tree.querySelectorAll("figure svg")]).toHaveLength(2);
    expect(texts(tree, ".notes li")).toEqual(TWO_SYSTEMS.notes);
    expect(texts(tree, "details pre")).toEqual([
      "What | is it?",
      "Good <b>answer</b>.",
      "Bad\\u001b.",
    ]);
    expect(texts(tree, "details h4")[2]).toBe("after (changed since it was judged)");
  });

  it("says which of several leads; movers without texts are a line", async () => {
    const bare = {
      ...MOVER,
      first: { ...MOVER.first, texts: null },
      second: { ...MOVER.second, texts: null },
    };
    const tree = parseMarkup(await renderComparison({ ...THREE_SYSTEMS, movers: [bare] }));
    expect(texts(tree, "h1")).toEqual(["3 systems compared"]);
    expect(texts(tree, ".lead")).toEqual([
      "On clarity, third has the highest mean, 4.00 [3.90, 4.10].",
    ]);
    expect([...tree.querySelectorAll("details")]).toEqual([]);
    expect(texts(tree, "section p").at(-1)).toBe("r7 · clarity: before 4.00, after 2.50 (−1.50)");
  });
});
