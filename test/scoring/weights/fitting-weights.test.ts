import { describe, expect, it } from "vitest";
import { parseTask } from "../../../src/input/task/parse-task.ts";
import { taskSha256 } from "../../../src/scoring/weights/fingerprints.ts";
import {
  isOtherCondition,
  isOtherTask,
  requireFittingWeights,
} from "../../../src/scoring/weights/fitting-weights.ts";
import { RIDGE } from "./example-weights.ts";

const USE = { judge: RIDGE.judge, labels: RIDGE.labels, values: RIDGE.values, task: {} };

describe("requireFittingWeights", () => {
  it.each([
    ["what they were learned with", { projection: "normed" as const, layers: [1, 2] }],
    ["a use that takes projection and layers from them", {}],
    ["another task", { task: { name: "another" } }],
    ["a judge of another name", { judge: { ...USE.judge, name: "copy.gguf" } }],
  ])("lets weights be used with %s", (_, more) => {
    expect(() => requireFittingWeights(RIDGE, { ...USE, ...more })).not.toThrow();
  });

  it.each([
    ["judge.sha256", { judge: { ...USE.judge, sha256: "00".repeat(32) } }],
    ["judge.layers", { judge: { ...USE.judge, layers: 3 } }],
    ["labels", { labels: ["1", "2", "4"] }],
    ["values", { values: [1, 2, 4] }],
    ["projection", { projection: "raw" as const }],
    ["layerSet.layers", { layers: [2] }],
  ])("refuses another %s by its name", (field, other) => {
    expect(() => requireFittingWeights(RIDGE, { ...USE, ...other }, "w.json")).toThrow(
      expect.objectContaining({ code: "WEIGHTS_MISMATCH", place: { file: "w.json", field } }),
    );
  });
});

describe("isOtherTask", () => {
  const task = parseTask({
    name: "a",
    description: "d",
    scale: { min: 1, max: 3 },
    criteria: [{ name: "c", description: "d" }],
    prompt: "p",
    fields: { id: "x" },
  });
  const weights = { ...RIDGE, task: { ...RIDGE.task, sha256: taskSha256(task) } };

  it("looks at what the judge sees, and not at where it stands in a record", () => {
    expect(isOtherTask(weights, { ...task, name: "b", fields: {}, human: "h" })).toBe(false);
    expect(isOtherTask(weights, { ...task, prompt: "q" })).toBe(true);
    expect(isOtherTask(weights, { ...task, system: "s" })).toBe(true);
  });
});

describe("isOtherCondition", () => {
  it("knows the condition, where both say it", () => {
    const direct = { ...RIDGE, condition: "direct" } as const;
    expect(isOtherCondition(direct, "prefill")).toBe(true);
    expect(isOtherCondition(direct, "direct")).toBe(false);
    expect(isOtherCondition(RIDGE, "prefill")).toBe(false);
  });
});
