import { expect, it } from "vitest";
import { nameFrom } from "../../../src/present/charts/chart.ts";

it("a chart's name is made of letters, digits and hyphens", () => {
  expect(nameFrom("layer-curve", "Is it «good»?")).toBe("layer-curve-is-it-good");
  expect(nameFrom("scatter", "lager-window:0.6-0.8", "")).toBe("scatter-lager-window-0-6-0-8");
  expect(nameFrom("item", "评分")).toBe("item");
});
