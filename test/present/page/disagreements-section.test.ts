import { describe, expect, it } from "vitest";
import { disagreementsSection } from "../../../src/present/page/disagreements-section.ts";
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

it("the section is not there without disagreements; its cards have ids of their run", async () => {
  const none = viewOf({ ...RESULT, disagreements: [] });
  expect(await disagreementsSection(none)).toBeNull();
  const tree = sectionTree(await disagreementsSection(viewOf(RESULT, { prefix: "run-2-" })));
  const cards = [...tree.querySelectorAll("article")].map((card) => card.getAttribute("id"));
  expect(cards).toEqual(RESULT.disagreements.map((_, i) => `run-2-item-${i + 1}`));
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
