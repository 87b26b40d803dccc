import { describe, expect, it } from "vitest";
import { NearDuplicates } from "../../../src/workflows/select/near-duplicates.ts";

describe("near-duplicates", () => {
  it("share enough of their runs of three words", () => {
    const seen = new NearDuplicates(0.5);
    expect(seen.keep("Write a poem about the sea at night")).toBe(true);
    // 6 shingles each, 4 of them common: 4 of 8.
    expect(seen.keep("write a poem, about the sea in summer!")).toBe(false);
    expect(seen.keep("Write a poem about a mountain in summer")).toBe(true);
    expect(seen.keep("Hi")).toBe(true);
    expect(seen.keep("hi!")).toBe(false);
    expect(seen.keep("")).toBe(true);
  });

  it("at a threshold of one have the very same ones", () => {
    const seen = new NearDuplicates(1);
    expect(seen.keep("one two three four")).toBe(true);
    expect(seen.keep("one two three four five")).toBe(true);
    expect(seen.keep("One, two: three FOUR")).toBe(false);
  });
});
