import { describe, expect, it } from "vitest";
import { layersSection } from "../../../src/present/page/layers-section.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { texts } from "../markup.ts";
import { sectionTree, viewOf } from "./view.ts";

const RESULT = madeUpEvaluation({ layers: 2, records: 20, criteria: ["tone", "facts"] });

describe("the section of layers", () => {
  it("has a picture and a table of every figure", async () => {
    const tree = sectionTree(await layersSection(viewOf(RESULT)));
    const ids = [...tree.querySelectorAll("figure")].map((figure) => figure.getAttribute("id"));
    expect(ids).toEqual([
      ...["layer-curve", "layer-curves", "layer-weights-lager-tuned", "learning-curve"],
    ]);
    const [layers, weights, labels] = [...tree.querySelectorAll("details tbody")].map((body) =>
      texts(body, "tr th"),
    );
    expect(layers).toEqual(["0", "1", "2"]);
    expect(weights).toEqual(["1", "2"]);
    expect(labels).toEqual(["20", "50", "100", "200", "500"]);
  });

  it("has a dash for a layer that has no raw figure", async () => {
    const layers = RESULT.layers.filter((each) => each.projection === "normed" || each.layer > 0);
    const tree = sectionTree(await layersSection(viewOf({ ...RESULT, layers })));
    const rows = [...tree.querySelectorAll("#layer-curve tbody tr")].map((row) => texts(row, "td"));
    expect(rows[0]?.slice(2)).toEqual(["–", ""]);
    expect(rows[1]?.[2]).toMatch(/^−?0\.\d{3}$/);
  });

  it("tells how weights are learned where none were given", async () => {
    const hint = "No weights were given.";
    const without = sectionTree(await layersSection(viewOf({ ...RESULT, tuned: null })));
    expect(texts(without, ".note").join()).toContain(hint);
    const given = sectionTree(await layersSection(viewOf(RESULT)));
    expect(texts(given, ".note").join()).not.toContain(hint);
  });

  it("is not there where nothing is known of layers", async () => {
    const bare = { ...RESULT, layers: [], layerWeights: [], learningCurve: null };
    const criteria = Object.fromEntries(
      Object.entries(RESULT.criteria).map(([name, scope]) => [name, { ...scope, layers: [] }]),
    );
    expect(await layersSection(viewOf({ ...bare, criteria }))).toBeNull();
  });
});
