import { expect, it } from "vitest";
import { runsOverview } from "../../../src/present/page/runs-overview.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { parseMarkup, texts } from "../markup.ts";

const FULL = madeUpEvaluation({ layers: 2, records: 5 });
const JUDGE = { ...FULL.run.judge, name: "C:\\judges\\own.gguf" };
const BARE = {
  ...FULL,
  run: { ...FULL.run, task: "qags", judge: JUDGE },
  methods: FULL.methods.filter(({ method }) => method !== "lager-tuned"),
  mainMethods: FULL.mainMethods.filter((name) => name !== "lager-tuned"),
};

it("an overview has a column for every run's main methods, and a dash where one has none", () => {
  const tree = parseMarkup(runsOverview([BARE, FULL], ["run-1-", "run-2-"]).markup);
  expect(texts(tree, "h1")).toEqual(["2 runs"]);
  expect(texts(tree, "thead th").at(-2)).toBe("▲ lager-tuned");
  const rows = [...tree.querySelectorAll("tbody tr")];
  const [bare = [], full = []] = rows.map((row) => texts(row, "td"));
  expect(bare.at(-2)).toBe("–");
  expect(full.at(-2)).toMatch(/^0\.287\[/);
});

it("each run leads to its own part, under its judge's file name", () => {
  const tree = parseMarkup(runsOverview([BARE, FULL], ["run-1-", "run-2-"]).markup);
  const links = [...tree.querySelectorAll("a")].map((link) => link.getAttribute("href"));
  expect(links).toEqual(["#run-1-title", "#run-2-title"]);
  expect(texts(tree, "tbody th")[0]).toBe("qagsown.gguf");
});
