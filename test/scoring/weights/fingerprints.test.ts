import { describe, expect, it } from "vitest";
import { rowKey, taskSha256 } from "../../../src/scoring/weights/fingerprints.ts";

describe("rowKey", () => {
  const row = { id: "1", criterion: "clarity", promptTokens: 70, human: 3 };

  it("tells rows apart by every one of its facts", () => {
    const keys = [
      row,
      { ...row, id: "2" },
      { ...row, criterion: "tone" },
      { ...row, promptTokens: 71 },
      { ...row, human: 4 },
      { ...row, human: undefined },
    ].map(rowKey);
    expect(new Set(keys).size).toBe(6);
    expect(keys[0]).toBe(rowKey({ ...row }));
    expect(keys[0]).toMatch(/^[\w-]{11}$/);
  });
});

describe("taskSha256", () => {
  it("does not depend on the order of keys", () => {
    expect(taskSha256({ scale: { a: 1, b: [{ c: 1, d: 2 }] } })).toBe(
      taskSha256({ scale: { b: [{ d: 2, c: 1 }], a: 1 } }),
    );
  });
});
