import { expect, it } from "vitest";
import { PALETTE } from "../../../src/present/charts/palette.ts";

/** Relative luminance of #rrggbb (WCAG 2.2). */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const { paper, panel, line: _, ...inks } = PALETTE;

it.each(Object.entries(inks))("%s can be read in both themes", (_name, colors) => {
  for (const theme of [0, 1] as const) {
    for (const ground of [paper, panel]) {
      expect(contrast(colors[theme], ground[theme])).toBeGreaterThanOrEqual(4.5);
    }
  }
});

it("contrast is WCAG's", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 6);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});
