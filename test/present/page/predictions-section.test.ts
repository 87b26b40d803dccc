import { describe, expect, it } from "vitest";
import { predictionsSection } from "../../../src/present/page/predictions-section.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { texts } from "../markup.ts";
import { sectionTree, viewOf } from "./view.ts";

const ONE = { layers: 2, criteria: ["tone"] };

describe("the section of predictions", () => {
  it("says when not every item has a dot", async () => {
    const few = sectionTree(
      await predictionsSection(viewOf(madeUpEvaluation({ ...ONE, records: 300 }))),
    );
    expect(texts(few, "#scatters figcaption")[0]).not.toContain("at most");
    const many = sectionTree(
      await predictionsSection(viewOf(madeUpEvaluation({ ...ONE, records: 301 }))),
    );
    expect(texts(many, "#scatters figcaption")[0]).toContain("at most 300 of them a criterion");
  });

  it("has a dash for errors of a method that no map was learned for", async () => {
    const result = madeUpEvaluation({ ...ONE, records: 20 });
    const calibration = result.calibration.slice(0, 1).map((each) => ({ ...each, monotone: null }));
    const tree = sectionTree(await predictionsSection(viewOf({ ...result, calibration })));
    expect(texts(tree, "#calibration td")).toEqual(["0.900", "–", "1.100", "–"]);
  });

  it("is not there where nothing can be compared", async () => {
    const result = madeUpEvaluation({ ...ONE, records: 1 });
    const bare = { ...result, distributions: [], calibration: [] };
    expect(await predictionsSection(viewOf(bare))).toBeNull();
  });
});
