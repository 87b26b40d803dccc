import { describe, expect, it } from "vitest";
import {
  isOtherCondition,
  isOtherTask,
  requireFittingWeights,
} from "../../../src/scoring/weights/fitting-weights.ts";
import { rowKey } from "../../../src/scoring/weights/row-key.ts";
import { taskSha256 } from "../../../src/scoring/weights/task-sha256.ts";
import { LINEAR } from "./example-weights.ts";

const USE = { judge: LINEAR.judge, labels: LINEAR.labels, values: LINEAR.values, task: {} };

describe("requireFittingWeights", () => {
  it("lets weights be used with what they were learned with", () => {
    requireFittingWeights(LINEAR, { ...USE, projection: "normed", layers: [1, 2] });
  });

  it.each([
    ["judge.sha256", { judge: { ...USE.judge, sha256: "00".repeat(32) } }],
    ["judge.layers", { judge: { ...USE.judge, layers: 3 } }],
    ["labels", { labels: ["1", "2", "4"] }],
    ["values", { values: [1, 2, 4] }],
    ["projection", { projection: "raw" as const }],
    ["layerSet.layers", { layers: [2] }],
  ])("refuses another %s by its name", (field, other) => {
    expect(() => requireFittingWeights(LINEAR, { ...USE, ...other }, "w.json")).toThrow(
      expect.objectContaining({ code: "WEIGHTS_MISMATCH", place: { file: "w.json", field } }),
    );
  });
});

describe("isOtherTask", () => {
  const task = { name: "a", description: "d", prompt: "p", fields: { id: "x" } };
  const weights = { ...LINEAR, task: { ...LINEAR.task, sha256: taskSha256(task) } };

  it("looks at what the judge sees, and not at where it stands in a record", () => {
    expect(isOtherTask(weights, { ...task, name: "b", fields: {}, human: "h" })).toBe(false);
    expect(isOtherTask(weights, { ...task, prompt: "q" })).toBe(true);
    expect(isOtherTask(weights, { ...task, system: "s" })).toBe(true);
  });

  it("does not depend on the order of keys", () => {
    expect(taskSha256({ scale: { a: 1, b: [{ c: 1, d: 2 }] } })).toBe(
      taskSha256({ scale: { b: [{ d: 2, c: 1 }], a: 1 } }),
    );
  });
});

describe("isOtherCondition", () => {
  it("knows the condition, where both say it", () => {
    const direct = { ...LINEAR, condition: "direct" } as const;
    expect(isOtherCondition(direct, "prefill")).toBe(true);
    expect(isOtherCondition(direct, "direct")).toBe(false);
    expect(isOtherCondition(direct, undefined)).toBe(false);
    expect(isOtherCondition(LINEAR, "prefill")).toBe(false);
  });
});

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
