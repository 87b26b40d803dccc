import { describe, expect, it } from "vitest";
import { beyondSection } from "../../../src/present/page/beyond-section.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { texts } from "../markup.ts";
import { sectionTree, viewOf } from "./view.ts";

const RESULT = madeUpEvaluation({ layers: 2, records: 100, criteria: ["tone", "depth"] });

describe("the section on length and criteria", () => {
  it("puts people beside the methods, and each method's figures into its row", () => {
    const tree = sectionTree(beyondSection(viewOf(RESULT)));
    const rows = texts(tree, "tbody tr");
    expect(rows[0]).toBe("people0.620[0.58, 0.66]");
    expect(rows.find((row) => row.includes("e-score"))).toContain("0.190[0.03, 0.35]0.927");
    expect(rows.some((row) => row.includes("length"))).toBe(false);
    expect(texts(tree, ".note")[0]).toContain("over 1 pair:");
  });

  it("leaves criteria out where there is one, and is not there without human scores", () => {
    const tree = sectionTree(beyondSection(viewOf({ ...RESULT, separation: null })));
    expect(texts(tree, "thead th")).toEqual(["Method", "Spearman ρ given length"]);
    expect(texts(tree, "tbody tr")[0]).not.toContain("people");
    const counts = { ...RESULT.counts, evaluated: 0 };
    expect(beyondSection(viewOf({ ...RESULT, counts }))).toBeNull();
  });
});
