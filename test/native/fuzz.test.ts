import { describe, expect, it } from "vitest";
import { fuzz, TARGETS } from "../../scripts/fuzz/fuzz.mjs";
import { fileScratchFolder } from "../support/scratch.ts";

const folder = fileScratchFolder();

describe("whatever comes from outside", () => {
  it.each(TARGETS)("ends in a result or a LagerError: %s", async (target) => {
    const found: string[] = [];
    const counts = await fuzz({
      ...{ target, folder, seed: "npm test", cases: 40, milliseconds: 1500 },
      onFound: ({ verdict, seed, steps, what, detail }) =>
        found.push(`${verdict}: ${seed} [${steps}] ${what}\n${detail}`),
    });
    expect(found).toEqual([]);
    expect(counts.cases).toBeGreaterThan(0);
  });
});
