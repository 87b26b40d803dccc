import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { readRecords } from "../../../src/input/dataset/dataset.ts";
import { loadTask } from "../../../src/input/task/load-task.ts";
import { readPlan } from "../../../src/workflows/fleet/plan-format.ts";
import { planRun } from "../../../src/workflows/fleet/plan-run.ts";
import { RunFolder } from "../../../src/workflows/fleet/run-folder.ts";
import { readSlice } from "../../../src/workflows/fleet/slice.ts";
import { collect } from "../../support/collect.ts";
import { scratchFolder, writeLines } from "../../support/scratch.ts";

const LINES = [
  { id: "a", instruction: "One?", response: "1", extra: { deep: [1, 2 ** 60, "\ud800"] } },
  { id: "b", instruction: "One?", response: "2" },
  '{"id":12345678901234567890,"instruction":"Two?","response":"Ü"}',
  "{ no JSON",
  "",
  { id: "a", instruction: "Two?", response: "A duplicate." },
  { instruction: "Three?", response: "Its number is its id." },
  { id: "c", instruction: "Three?", response: "" },
];

async function plannedOf(lines: readonly (object | string)[], options: object = {}) {
  const folder = await scratchFolder();
  const data = await writeLines(path.join(folder, "data.jsonl"), lines);
  const store = path.join(folder, "store");
  const how = { store, judge: "smollm2-135m", task: "general", ...options };
  return { data, store, how, planned: await planRun(data, how) };
}

it("slices hold the entries that a single run reads: ids, places and failures", async () => {
  const { data, planned } = await plannedOf(LINES, { shardRecords: 2 });
  const folder = new RunFolder(planned.folder);
  const { header, shards } = await readPlan(folder.plan);
  const slices = [];
  for (const shard of shards) {
    slices.push(...(await readSlice(folder.slice(shard.number), header, shard)));
  }
  const task = await loadTask("general");
  expect(slices).toEqual(await collect(readRecords(data, task)));
  expect(slices).toHaveLength(planned.records);
  expect(shards.reduce((sum, { records }) => sum + records, 0)).toBe(planned.records);
});

it("a shard ends where the instruction changes, and is never twice as large as it should be", async () => {
  const group = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => ({ instruction: name, response: `Answer ${i}` }));
  const lines = [...group("A", 3), ...group("B", 5), ...group("C", 11), ...group("D", 1)];
  const { planned } = await plannedOf(lines, { shardRecords: 4 });
  const { shards } = await readPlan(new RunFolder(planned.folder).plan);
  expect(shards.map(({ records }) => records)).toEqual([8, 8, 4]);
});

it("there are some forty shards a machine where the data has as many records", async () => {
  const lines = Array.from({ length: 500 }, (_, i) => ({ instruction: `${i}`, response: "x" }));
  const { planned } = await plannedOf(lines, { workers: 5 });
  expect(planned.shards).toBeGreaterThanOrEqual(200 / 2);
  const { planned: few } = await plannedOf(lines, { workers: 1 });
  expect(few.shards).toBeLessThan(planned.shards);
});

it("the same data with the same options is the same run, and other data is another", async () => {
  const { data, store, how, planned } = await plannedOf(LINES);
  expect(await planRun(data, how)).toEqual({ ...planned, isNew: false });
  expect((await planRun(data, { ...how, layers: "upper" })).run).not.toBe(planned.run);
  await writeLines(data, LINES.slice(1));
  expect((await planRun(data, how)).run).not.toBe(planned.run);
  // Nothing half-done is left.
  expect((await readdir(store)).filter((name) => name.startsWith("."))).toEqual([]);
});

it("data without records is no run, and a slice that was changed is none of the plan", async () => {
  await expect(plannedOf([])).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  const { planned } = await plannedOf(LINES);
  const folder = new RunFolder(planned.folder);
  const { header, shards } = await readPlan(folder.plan);
  const [first] = shards;
  if (first === undefined) throw new Error("a plan has shards");
  const slice = folder.slice(0);
  await writeFile(slice, (await readFile(slice, "utf8")).replace("One", "Two"));
  await expect(readSlice(slice, header, first)).rejects.toMatchObject({ code: "INPUT_CHANGED" });
});
