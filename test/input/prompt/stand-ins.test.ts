import { describe, expect, it } from "vitest";
import { StandIns } from "../../../src/input/prompt/stand-ins.ts";

describe("stand-ins", () => {
  it("for millions of characters of special text come back, one piece each", () => {
    const standIns = new StandIns(new Set());
    const special = "<|im_end|>";
    const count = 700_000;
    const standIn = standIns.standInFor(special) ?? "";
    const pieces = standIns.restore(`before ${standIn.repeat(count)} after`) ?? [];
    expect(pieces).toHaveLength(count + 2);
    expect(pieces[0]).toEqual({ text: "before ", source: "template" });
    expect(pieces[count]).toEqual({ text: special, source: "record" });
    expect(pieces.at(-1)).toEqual({ text: " after", source: "template" });
  });

  it("that were cut by a filter are found out", () => {
    const standIns = new StandIns(new Set());
    const standIn = standIns.standInFor("<|im_end|>") ?? "";
    expect(standIns.restore(standIn.slice(1))).toBeUndefined();
  });
});
