import { describe, expect, it } from "vitest";
import type { EvalResult } from "../../../src/analysis/eval/eval-result.ts";
import { groupSections } from "../../../src/present/page/groups-section.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { texts } from "../markup.ts";
import { sectionTree, viewOf } from "./view.ts";

const RESULT = madeUpEvaluation({ layers: 2, records: 20 });
const ESTIMATE = { value: 0.75, low: 0.5, high: 0.875 };

const SYSTEMS: NonNullable<EvalResult["systems"]> = {
  ...RESULT.pooled,
  systems: [
    { system: "a", n: 3, human: 2, scores: { lager: 2.5 } },
    { system: "b<", n: 4, human: 4.5, scores: { lager: null } },
  ],
};
const PREFERENCES: NonNullable<EvalResult["preferences"]> = {
  ...{ pairs: 12, unscored: 0, criteria: {} },
  methods: [{ method: "lager", accuracy: ESTIMATE, n: 12, ties: 2 }],
};

const sectionsOf = (changes: Partial<EvalResult>) =>
  groupSections(viewOf({ ...RESULT, mainMethods: ["lager"], ...changes }));

describe("the sections of groups", () => {
  it("are there where the run has systems or preferences", () => {
    expect(sectionsOf({})).toEqual([]);
    const both = sectionsOf({ systems: SYSTEMS, preferences: PREFERENCES });
    expect(both.map(({ id }) => id)).toEqual(["systems", "preferences"]);
  });

  it("list systems from the best to the worst, with a dash for no score", () => {
    const [section] = sectionsOf({ systems: SYSTEMS });
    const tree = sectionTree(section);
    const rows = texts(tree, '[aria-label="Systems"] tbody tr').map((row) => row.split(" "));
    expect(rows).toEqual([["b<44.50–"], ["a32.002.50"]]);
  });

  it("give a method's accuracy, and say how many pairs were left out", () => {
    const [all] = sectionsOf({ preferences: PREFERENCES });
    const tree = sectionTree(all);
    expect(texts(tree, "td")).toEqual(["0.750[0.50, 0.88]", "12", "2"]);
    expect(texts(tree, ".note")[0]).not.toContain("left out");
    const [some] = sectionsOf({ preferences: { ...PREFERENCES, unscored: 3 } });
    expect(texts(sectionTree(some), ".note")[0]).toContain(
      "3 pairs lack a score and are left out.",
    );
  });
});
