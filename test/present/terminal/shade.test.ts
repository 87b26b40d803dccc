import { describe, expect, it } from "vitest";
import { distributionBar } from "../../../src/present/terminal/shade.ts";

describe("distributionBar", () => {
  it("is as high as the label is probable", () => {
    expect(distributionBar([0, 0.125, 0.5, 1])).toBe(" ▁▄█");
  });
});
