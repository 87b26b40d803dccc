import { describe, expect, it } from "vitest";
import { loadTask } from "../../../src/input/task/load-task.ts";
import { parseTask } from "../../../src/input/task/parse-task.ts";
import { taskToObject } from "../../../src/input/task/task-object.ts";
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
  const general = "075fede9348d8b1bf1990af8990b804521a864fe98681990ede5f8acf4eb3ba8";

  it("is that which weights files of the task hold", async () => {
    expect(taskSha256(await loadTask("general"))).toBe(general);
  });

  it("does not depend on the order of keys", async () => {
    const task = await loadTask("general");
    const turned = Object.fromEntries(Object.entries(taskToObject(task)).reverse());
    expect(Object.keys(turned)[0]).not.toBe("name");
    expect(taskSha256(parseTask(turned))).toBe(general);
    expect(taskSha256({ ...task, criteria: task.criteria.toReversed() })).not.toBe(general);
  });
});
