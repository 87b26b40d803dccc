import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { readRecords } from "../../src/input/dataset/dataset.ts";
import { loadTask } from "../../src/input/task/load-task.ts";
import { collect } from "../support/collect.ts";

const example = (name: string) => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));

it("the quick start reads whole, with a human score for every item and criterion", async () => {
  const task = await loadTask(example("quickstart.yaml"));
  const entries = await collect(readRecords(example("quickstart.jsonl"), task));
  const records = entries.flatMap((entry) => (entry.kind === "record" ? [entry] : []));
  expect(task.criteria).toHaveLength(3);
  expect(records).toHaveLength(12);
  expect(entries).toHaveLength(12);
  const values = task.scale.map(({ value }) => value);
  for (const { human } of records) {
    for (const { name } of task.criteria) expect(values).toContain(human[name]);
  }
});

it("the quick start's good answers are better than its bad ones on every criterion", async () => {
  const task = await loadTask(example("quickstart.yaml"));
  const entries = await collect(readRecords(example("quickstart.jsonl"), task));
  const human = new Map(
    entries.flatMap((entry) => (entry.kind === "record" ? [[entry.id, entry.human]] : [])),
  );
  for (const question of ["egg", "sky", "neighbour", "change"]) {
    for (const { name } of task.criteria) {
      const good = human.get(`${question}-good`)?.[name] ?? Number.NaN;
      expect(good).toBeGreaterThan(human.get(`${question}-bad`)?.[name] ?? Number.NaN);
    }
  }
});
