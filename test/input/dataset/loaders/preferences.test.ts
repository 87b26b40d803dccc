import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { readRecords } from "../../../../src/input/dataset/dataset.ts";
import { parseTask } from "../../../../src/input/task/parse-task.ts";
import { collect } from "../../../support/collect.ts";

const CRITERION = { name: "help", description: "Does it help?" };
const TASK = { name: "pairs", scale: { min: 1, max: 5 }, loader: "preferences" };

async function read(records: readonly object[], criteria = [CRITERION]) {
  const text = records.map((record) => `${JSON.stringify(record)}\n`).join("");
  const task = parseTask({ ...TASK, criteria });
  return collect(readRecords(Readable.from([Buffer.from(text)]), task, { format: "jsonl" }));
}

describe("the loader preferences", () => {
  it("makes two records of a pair, which belong together", async () => {
    const [chosen, rejected, other] = await read([
      { prompt: "Why?", chosen: "Because.", rejected: "No." },
      { id: "x", instruction: "How?", chosen: "So.", rejected: "Thus." },
    ]);
    expect(chosen).toMatchObject({
      ...{ id: "1:chosen", instruction: "Why?", response: "Because.", human: { help: 1 } },
    });
    expect(rejected).toMatchObject({ id: "1:rejected", response: "No.", human: { help: 0 } });
    expect(other).toMatchObject({ id: "x:chosen", instruction: "How?", response: "So." });
    const groupOf = (each: unknown) => (each as { group?: string }).group;
    expect(groupOf(rejected)).toBe(groupOf(chosen));
    expect(groupOf(other)).not.toBe(groupOf(chosen));
  });

  it("reads chat messages, and gives several criteria no human score", async () => {
    const ask = { role: "user", content: "Why?" };
    const pair = {
      chosen: [ask, { role: "assistant", content: "Because." }],
      rejected: [ask, { role: "assistant", content: "No." }],
    };
    const records = await read([pair], [CRITERION, { ...CRITERION, name: "truth" }]);
    expect(records).toMatchObject([
      { id: "1:chosen", instruction: "Why?", response: "Because.", human: {} },
      { id: "1:rejected", instruction: "Why?", response: "No.", human: {} },
    ]);
  });

  it("fails with the field, and the rest goes on", async () => {
    const records = await read([
      { prompt: "Why?", chosen: "Because." },
      { chosen: "Because.", rejected: "No." },
      { prompt: "Why?", chosen: "Because.", rejected: "No." },
    ]);
    expect(records).toMatchObject([
      { id: "1", code: "INVALID_FIELD", message: expect.stringContaining('field "rejected":') },
      { id: "2", code: "INVALID_FIELD", message: expect.stringContaining('field "instruction":') },
      { id: "3:chosen" },
      { id: "3:rejected" },
    ]);
  });
});
