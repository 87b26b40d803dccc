import path from "node:path";
import { expect, it } from "vitest";
import { builtinTaskNames } from "../../src/input/task/load-task.ts";
import { PUBLISHED_FILES } from "../input/dataset/published-records.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";
import { record } from "../support/tiny-cli.ts";
import { writeRecords } from "../support/write-records.ts";

it("tasks list and show name every task, and what show prints is a task", async () => {
  const { exitCode, stdout } = await lager(["tasks", "list"]);
  expect(exitCode).toBe(0);
  for (const name of builtinTaskNames()) expect(stdout).toMatch(new RegExp(`^${name} `, "m"));
  const shown = await lager(["tasks", "show", "helpsteer"]);
  expect(shown.stdout).toContain("name: helpsteer\n");
  expect(shown.stdout).toContain("licence: CC BY 4.0\n");
  expect(await lager(["tasks", "show", "helpster"])).toMatchObject({ exitCode: 2, stdout: "" });
});

it("tasks check counts what is in a file, and shows three prompts", async () => {
  const folder = await scratchFolder();
  const rated = (id: string, accuracy: number) => ({ ...record(id), human: { accuracy } });
  const rows = [rated("a", 5), rated("b", 2), { instruction: "No response." }, record("c")];
  const file = await writeLines(path.join(folder, "data.jsonl"), rows);
  const text = await lager(["tasks", "check", "general", file]);
  expect(text.exitCode).toBe(1);
  expect(text.stdout).toMatch(/^3 records, 1 failed/);
  expect(text.stdout).toMatch(/^accuracy +2 +2 +3\.500 +5$/m);
  expect(text.stdout).toContain("1 × INVALID_FIELD, first: ");
  for (const [id, criterion] of [
    ["a", "helpfulness"],
    ["b", "accuracy"],
    ["c", "coherence"],
  ]) {
    expect(text.stdout).toContain(`\n${id} · ${criterion}\n`);
    expect(text.stdout).toContain(`Question ${id}?`);
  }
  const args = ["tasks", "check", "general", file, "--condition", "reasoning", "--json"];
  const json = JSON.parse((await lager(args)).stdout);
  expect(json).toMatchObject({ task: "general", records: 3 });
  expect(json.prompts[0].user).toContain("feedback: <your feedback>");
});

it("tasks check finds nothing wrong with a file in each task's published format", async () => {
  const checked = PUBLISHED_FILES.map(async ({ task, format, rows, records }) => {
    const file = await writeRecords(await scratchFolder(), format, rows);
    const { exitCode, stdout, stderr } = await lager(["tasks", "check", task, file, "--json"]);
    const found = exitCode === 0 ? JSON.parse(stdout) : { stderr };
    expect({ exitCode, ...found }).toMatchObject({
      ...{ exitCode: 0, task, failures: [], records: records.length },
      prompts: records.slice(0, 3).map(({ id }) => ({ id })),
    });
    // Nothing is left of the template's own marks.
    for (const { user } of found.prompts) expect(user).not.toMatch(/\{\{|undefined|\[object/);
    return task;
  });
  expect(new Set(await Promise.all(checked))).toEqual(new Set(builtinTaskNames()));
});
