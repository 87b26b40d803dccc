import { describe, expect, it } from "vitest";
import { scoreDistributions } from "../../../src/present/charts/score-distributions.ts";
import { texts } from "../markup.ts";
import { drawn, numbers } from "./drawn.ts";

const chartsOf = (...series: { name: string; counts: number[] }[]) =>
  scoreDistributions([{ criterion: "tone", edges: [0.5, 1.5, 2.5], series }]);

describe("distributions of scores", () => {
  it("are shares of each series' own items, on one scale", async () => {
    const [chart] = chartsOf(
      { name: "human", counts: [1, 3] },
      { name: "lager", counts: [10, 10] },
      { name: "e-score", counts: [0, 0] },
    );
    const svg = await drawn(chart);
    expect(texts(svg, "rect title")).toEqual([
      "human, 0.50 to 1.50: 1 items",
      "human, 1.50 to 2.50: 3 items",
      "lager, 0.50 to 1.50: 10 items",
      "lager, 1.50 to 2.50: 10 items",
    ]);
    const [small = 0, large = 0, ...halves] = numbers(svg, "rect:has(title)", "height");
    // Each is drawn half a pixel smaller at its top and bottom.
    expect((small + 1) / (large + 1)).toBeCloseTo(1 / 3, 2);
    for (const half of halves) expect((half + 1) / (large + 1)).toBeCloseTo(2 / 3, 2);
  });

  it("say where most of a series lies", () => {
    const [chart] = chartsOf({ name: "human", counts: [1, 3] });
    expect(chart?.description).toBe("human: 75 % of the scores lie from 1.50 to 2.50.");
  });

  it("are not drawn of a criterion that nothing was scored on", () => {
    expect(chartsOf({ name: "human", counts: [0, 0] })).toEqual([]);
  });
});
