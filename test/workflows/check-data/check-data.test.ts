import path from "node:path";
import { expect, it } from "vitest";
import { parseTask } from "../../../src/input/task/parse-task.ts";
import { checkData } from "../../../src/workflows/check-data/check-data.ts";
import { scratchFolder, writeLines } from "../../support/scratch.ts";

const TASK = parseTask(
  {
    name: "two",
    scale: { min: 1, max: 5 },
    criteria: [
      { name: "clarity", description: "Is it clear?" },
      { name: "tone", description: "Is it polite?" },
    ],
  },
  {},
);

async function check(records: readonly object[], prompts?: number) {
  const file = await writeLines(path.join(await scratchFolder(), "data.jsonl"), records);
  return checkData(TASK, file, prompts === undefined ? {} : { prompts });
}

it("counts records, failures by code, systems and groups, and the range of human scores", async () => {
  const record = { instruction: "Say it.", response: "It." };
  const result = await check([
    { ...record, id: "a", system_id: "s1", group: "g", human: { clarity: 2, tone: 4 } },
    { ...record, id: "b", system_id: "s2", group: "g", human: { clarity: 5 } },
    { ...record, id: "c", response: "" },
    { id: "d", instruction: "No response." },
  ]);
  expect(result).toMatchObject({ task: "two", records: 2, systems: 2, groups: 1 });
  expect(result.failures.map(({ code, count }) => [code, count])).toEqual([
    ["EMPTY_RESPONSE", 1],
    ["INVALID_FIELD", 1],
  ]);
  expect(result.failures[1]?.first).toContain('"d"');
  expect(result.human).toEqual([
    { criterion: "clarity", count: 2, min: 2, max: 5, mean: 3.5 },
    { criterion: "tone", count: 1, min: 4, max: 4, mean: 4 },
  ]);
});

it("shows prompts of the first records, each on another criterion", async () => {
  const records = ["a", "b", "c", "d"].map((id) => ({
    id,
    instruction: `Question ${id}?`,
    response: `Answer ${id}.`,
  }));
  const { prompts } = await check(records);
  expect(prompts.map(({ id, criterion }) => [id, criterion])).toEqual([
    ["a", "clarity"],
    ["b", "tone"],
    ["c", "clarity"],
  ]);
  expect(prompts[1]?.user).toContain("Answer b.");
  expect(prompts[1]?.user).toContain("Is it polite?");
  expect((await check(records, 1)).prompts).toHaveLength(1);
});
