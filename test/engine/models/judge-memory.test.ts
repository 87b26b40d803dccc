import { totalmem } from "node:os";
import { afterEach, describe, expect, it, vi } from "vitest";
import { judgeMemory, machineMemory, memoryFit } from "../../../src/engine/models/judge-memory.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the memory of a judge", () => {
  it("is its weights, a key and a value of f16 for each layer, head and token, and half a GiB", () => {
    const keyValue = { layers: 36, heads: 8, size: 128 };
    // LlamaBarn's catalogue says the same of Qwen3 4B: 150 994 944 bytes for 1024 tokens.
    expect(judgeMemory({ size: 1e9, contextLength: 40_960, keyValue })).toBe(
      1e9 + 4 * 150_994_944 + 512 * 1024 ** 2,
    );
  });

  it("has no more tokens than the model was made for", () => {
    const keyValue = { layers: 1, heads: 1, size: 1 };
    const of = (contextLength: number) => judgeMemory({ size: 0, contextLength, keyValue });
    expect(of(4096) - of(100)).toBe((4096 - 100) * 4);
    expect(of(100_000)).toBe(of(4096));
  });
});

describe("the memory of the machine", () => {
  it("is what a container leaves of it, where one constrains it", () => {
    const constrained = vi.spyOn(process, "constrainedMemory");
    for (const [bytes, expected] of [
      [0, totalmem()],
      [2 ** 64, totalmem()],
      [1e9, 1e9],
    ] as const) {
      constrained.mockReturnValue(bytes);
      expect(machineMemory()).toBe(expected);
    }
  });

  it("is kept for others by three tenths, and by a twentieth for the system", () => {
    expect([69, 71, 94, 96].map((bytes) => memoryFit(bytes, 100))).toEqual([
      "yes",
      "tight",
      "tight",
      "no",
    ]);
  });
});
