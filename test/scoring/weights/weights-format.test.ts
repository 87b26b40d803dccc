import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readWeights } from "../../../src/scoring/weights/parse-weights.ts";
import { formatWeights, weightsSha256 } from "../../../src/scoring/weights/weights-format.ts";
import { scratchFolder } from "../../support/scratch.ts";
import { LAGER, RIDGE } from "./example-weights.ts";

describe("a weights file", () => {
  it("gives back the same weights, bit by bit", async () => {
    const file = path.join(await scratchFolder(), "weights.json");
    const weights = { ...LAGER, parameters: { theta: [Math.PI, -1e-300], alpha: 0.1 + 0.2 } };
    await writeFile(file, formatWeights(weights));
    const read = await readWeights(file);
    expect(read).toEqual(weights);
    expect(formatWeights(read).split("\n")).toHaveLength(formatWeights(weights).split("\n").length);
    expect(weightsSha256(RIDGE)).not.toBe(weightsSha256(LAGER));
  });

  it("keeps short lists on one line", () => {
    expect(formatWeights(LAGER)).toContain('"layerWeights": [0.75, 0.25]');
    expect(formatWeights(LAGER)).toMatch(/\}\n$/);
  });

  it("holds no NaN", () => {
    const weights = { ...LAGER, parameters: { theta: [1, Number.NaN], alpha: 0 } };
    expect(() => formatWeights(weights)).toThrow(expect.objectContaining({ code: "INTERNAL" }));
  });

  it("is complained of where it is missing or no JSON", async () => {
    const file = path.join(await scratchFolder(), "weights.json");
    await expect(readWeights(file)).rejects.toMatchObject({ code: "UNREADABLE_FILE" });
    await writeFile(file, "{");
    await expect(readWeights(file)).rejects.toMatchObject({ code: "INVALID_WEIGHTS" });
  });
});
