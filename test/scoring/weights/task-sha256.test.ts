import { describe, expect, it } from "vitest";
import { taskSha256 } from "../../../src/scoring/weights/task-sha256.ts";

describe("taskSha256", () => {
  it("does not depend on the order of keys", () => {
    expect(taskSha256({ scale: { a: 1, b: [{ c: 1, d: 2 }] } })).toBe(
      taskSha256({ scale: { b: [{ d: 2, c: 1 }], a: 1 } }),
    );
  });
});
