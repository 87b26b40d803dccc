import { describe, expect, it } from "vitest";
import { layerAxis } from "../../../src/present/charts/axes.ts";
import { texts } from "../markup.ts";
import { drawn } from "./drawn.ts";

/** What stands at the ticks of an axis of so many layers. */
async function ticks(layers: number): Promise<string[]> {
  const svg = await drawn({
    ...{ name: "axis", title: "axis", description: "", width: 860 },
    plot: (plot) => ({ x: { domain: [0, layers] }, marks: [layerAxis(plot, layers)] }),
  });
  return texts(svg, '[aria-label="x-axis tick label"] text');
}

describe("the axis of layers", () => {
  it("always names the last layer", async () => {
    expect(await ticks(4)).toEqual(["0", "1", "2", "3", "4"]);
    expect(await ticks(30)).toEqual(["0", "5", "10", "15", "20", "25", "30"]);
  });

  it("leaves out a round number that is too close to it", async () => {
    expect(await ticks(28)).toEqual(["0", "5", "10", "15", "20", "28"]);
  });
});
