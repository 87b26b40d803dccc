import { describe, expect, it } from "vitest";
import type { EvalResult } from "../../../src/analysis/eval/eval-result.ts";
import { disagreementsSection, itemTableSection } from "../../../src/present/page/items-section.ts";
import { lineKey } from "../../../src/run/line-key.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { texts } from "../markup.ts";
import { sectionTree, viewOf } from "./view.ts";

const HOSTILE = '</script><script>alert("x")</script>';
const RESULT = madeUpEvaluation({
  layers: 2,
  records: 6,
  criteria: ["tone"],
  id: (record) => `${HOSTILE}${record}`,
});

/** What the page's script is given of the items. */
function dataOf(result: EvalResult) {
  const { markup } = itemTableSection(viewOf(result))?.markup ?? { markup: "" };
  const scripts = [...markup.matchAll(/<script type="application\/json">(.*?)<\/script>/gs)];
  expect(scripts).toHaveLength(1);
  return JSON.parse(scripts[0]?.[1] ?? "");
}

it("an item's card holds the texts that were judged as text, and says that they are others by now", async () => {
  const [item] = RESULT.disagreements;
  const record = {
    texts: { instruction: "Say it.", response: HOSTILE, context: "", reference: "" },
    state: "changed",
  } as const;
  const known = new Map([[lineKey(item ?? { id: "", criterion: "" }), { record }]]);
  const tree = sectionTree(await disagreementsSection(viewOf(RESULT, { texts: known })));
  const [card, other] = tree.querySelectorAll("article");
  expect(texts(card as never, "details summary")).toEqual(["Instruction", "Response"]);
  expect(texts(card as never, "pre")[1]).toBe(HOSTILE);
  expect(texts(card as never, ".note").join()).toContain("has changed since this was judged");
  expect(texts(other as never, "details")).toEqual([]);
});

describe("the table of items", () => {
  it("holds every item's figures, and no text can break out of it", () => {
    const data = dataOf(RESULT);
    expect(data.ids).toEqual(RESULT.items.ids);
    expect(data.methods).toEqual(RESULT.mainMethods);
    expect(data.scores).toHaveLength(RESULT.mainMethods.length);
    const [first] = RESULT.items.scores.lager ?? [];
    expect(data.scores[data.methods.indexOf("lager")][0]).toBeCloseTo(first ?? Number.NaN, 3);
  });

  it("has no columns that would be empty", () => {
    const none = RESULT.items.ids.map(() => null);
    const items = { ...RESULT.items, system: none, responseLength: none };
    expect(dataOf({ ...RESULT, items })).toMatchObject({ system: null, length: null });
    expect(dataOf(RESULT).system).toHaveLength(6);
  });

  it("leads to the pictures of the items on which methods disagree", async () => {
    const view = viewOf(RESULT, { prefix: "run-2-" });
    const tree = sectionTree(await disagreementsSection(view));
    const cards = [...tree.querySelectorAll("article")].map((card) => card.getAttribute("id"));
    const [, json = ""] =
      /json">(.*?)<\/script>/s.exec(itemTableSection(view)?.markup.markup ?? "") ?? [];
    const { pictures } = JSON.parse(json);
    expect(cards[0]).toBe("run-2-item-1");
    expect(pictures).toEqual(RESULT.disagreements.map((item, i) => [lineKey(item), cards[i]]));
  });

  it("says how many items it leaves out", () => {
    const lead = (total: number) =>
      texts(
        sectionTree(itemTableSection(viewOf({ ...RESULT, items: { ...RESULT.items, total } }))),
        "p",
      )[0];
    expect(lead(6)).toMatch(/^All 6 scored lines\./);
    expect(lead(70)).toMatch(/^The first 6 of 70 scored lines\./);
  });

  it("is not there without items", () => {
    const items = { ...RESULT.items, total: 0, ids: [] };
    expect(itemTableSection(viewOf({ ...RESULT, items }))).toBeNull();
    const disagreements: EvalResult["disagreements"] = [];
    return expect(disagreementsSection(viewOf({ ...RESULT, disagreements }))).resolves.toBeNull();
  });
});

describe("the cards of disagreements", () => {
  it("show what was asked and written as text, where the run holds it", async () => {
    const [first, second] = RESULT.disagreements;
    if (first === undefined || second === undefined) throw new Error("two were expected");
    const view = viewOf(RESULT, {
      texts: new Map([
        [lineKey(first), { prompt: HOSTILE }],
        [lineKey(second), { generated: "I say 4." }],
      ]),
    });
    const tree = sectionTree(await disagreementsSection(view));
    const [one, two, ...others] = [...tree.querySelectorAll("article")];
    if (one === undefined || two === undefined) throw new Error("two were expected");
    expect(texts(one, "summary")).toEqual(["Prompt"]);
    expect(texts(one, "pre")).toEqual([HOSTILE]);
    expect(texts(two, "summary")).toEqual(["What the judge wrote"]);
    expect(others.flatMap((card) => texts(card, "details"))).toEqual([]);
    expect(tree.querySelector("script")).toBeNull();
  });
});
