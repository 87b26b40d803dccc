import { expect, it } from "vitest";
import { fittingName } from "../../src/base/file-name.ts";

it("leaves a name that fits as it is", () => {
  expect(fittingName("layer-curve-clarity")).toBe("layer-curve-clarity");
  expect(fittingName("é".repeat(97))).toBe("é".repeat(97));
});

it("cuts a name between characters, and keeps two apart that begin alike", () => {
  for (const character of ["a", "é", "判", "😀", "\ud83d"]) {
    const [one, other] = ["1", "2"].map((end) => fittingName(character.repeat(300) + end));
    expect(Buffer.byteLength(one ?? "")).toBeLessThanOrEqual(195);
    expect(one).not.toBe(other);
    expect(one?.startsWith(character.repeat(40))).toBe(true);
    expect(one).toMatch(/[^\ufffd]-[0-9a-f]{12}$/);
  }
});
