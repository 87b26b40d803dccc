import { describe, expect, it } from "vitest";
import { tune } from "../../../src/analysis/tune/tune.ts";
import { parseWeights } from "../../../src/scoring/weights/parse-weights.ts";
import { formatWeights } from "../../../src/scoring/weights/weights-format.ts";
import { madeUpTable, noisyLayers } from "../../fixtures/made-up-run.ts";
import { LAGER } from "../../scoring/weights/example-weights.ts";

const RUN = madeUpTable(80, { layers: noisyLayers() });

describe("tune", () => {
  it("finds the layer that knows, and beats the e-score on items it has not seen", async () => {
    const weights = await tune(RUN);
    expect(weights.recipe).toBe("ridge");
    const learned = "layerWeights" in weights ? weights.layerWeights : [];
    expect(learned.indexOf(Math.max(...learned))).toBe(1);
    const [own, uniform, eScore] = weights.validation?.methods ?? [];
    expect([own?.method, uniform?.method, eScore?.method]).toEqual(["ridge", "lager", "e-score"]);
    expect(own?.spearman.value).toBeGreaterThan((eScore?.spearman.value ?? 1) + 0.2);
    expect(own?.spearman.low).toBeLessThan(own?.spearman.value ?? 0);
    expect(weights.validation?.comparisons[1]).toMatchObject({ against: "e-score", won: 1 });
    expect(weights.validation?.learningCurve.map(({ labels }) => labels)).toEqual([20, 50, 100]);
    expect(weights.training).toMatchObject({ records: 80, rows: 160, folds: 5, humanRange: null });
    expect(weights.outOfFold?.scores).toHaveLength(160);
    expect(new Set(weights.training.rowKeys).size).toBe(160);
  });

  it.each(["ridge", "kernel", "lager"] as const)(
    "gives the same file twice (%s)",
    async (recipe) => {
      const learn = async () => formatWeights(await tune(RUN, { recipe, allowWorse: true }));
      const text = await learn();
      expect(await learn()).toBe(text);
      expect(formatWeights(parseWeights(JSON.parse(text), {}))).toBe(text);
    },
  );

  it("says so instead of giving weights that do worse than none", async () => {
    const nothing = madeUpTable(60, { layers: noisyLayers(0) });
    await expect(tune(nothing, { recipe: "lager", layers: "1,3" })).rejects.toMatchObject({
      code: "NO_GAIN",
      message: expect.stringContaining("e-score"),
    });
    const weights = await tune(nothing, {
      recipe: "lager",
      layers: "1,3",
      allowWorse: true,
    });
    expect(weights.layerSet.layers).toEqual([1, 3]);
  });

  it("refuses a recipe and a projection that there are not", async () => {
    for (const wrong of [{ recipe: "consensus" }, { projection: { 0: 0 } }]) {
      const options = wrong as unknown as Parameters<typeof tune>[1];
      await expect(tune(madeUpTable(20), options)).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
      });
    }
  });

  it("refuses to learn where nothing is labelled", async () => {
    const unlabelled = madeUpTable(40, { layers: noisyLayers(), labelled: false });
    await expect(tune(unlabelled)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  it("shrinks toward other weights, further than its few labels would lead", async () => {
    const from = await tune(madeUpTable(200, { layers: noisyLayers() }));
    const few = madeUpTable(12, { layers: noisyLayers() });
    const options = { allowWorse: true, folds: 3 };
    const alone = await tune(few, options);
    const carried = await tune(few, { ...options, from });
    const figure = (weights: typeof from) => weights.validation?.methods[0]?.spearman.value ?? 0;
    expect(figure(carried)).toBeGreaterThanOrEqual(figure(alone));
    expect(carried.training.options.towardFrom).toBeGreaterThan(0.5);
    // Another task's scale does not matter to weights of standardised expectations.
    const scaled = { ...from, labels: ["a", "b"], values: [0, 10] };
    const { outOfFold } = await tune(few, { ...options, from: scaled });
    expect(outOfFold).toEqual(carried.outOfFold);
    await expect(tune(few, { ...options, from, recipe: "lager" })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
    await expect(tune(few, { ...options, from: LAGER })).rejects.toMatchObject({
      code: "WEIGHTS_MISMATCH",
    });
  });

  it("maps human scores of another range onto the scale", async () => {
    const human = RUN.human.map((score) => (score - 1) / 2);
    const { training } = await tune({ ...RUN, human });
    expect(training.humanRange?.clarity).toMatchObject({ min: expect.closeTo(0, 1) });
  });

  it("stops when it is aborted", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(tune(RUN, { signal })).rejects.toMatchObject({ code: "ABORTED" });
  });
});
