import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { findSettings } from "../../../src/cli/settings.ts";
import { loadTask } from "../../../src/input/task/load-task.ts";
import { checkData } from "../../../src/workflows/check-data/check-data.ts";
import { initFolder } from "../../../src/workflows/init/init-folder.ts";
import { rejection } from "../../support/errors.ts";
import { scratchFolder } from "../../support/scratch.ts";

it("makes a folder whose task fits its data, whose settings name the task, and whose schema is there", async () => {
  const folder = path.join(await scratchFolder(), "new/judging");
  const files = await initFolder(folder);
  expect(files.map((file) => path.basename(file))).toEqual([
    "task.yaml",
    "answers.jsonl",
    "lager.yaml",
    "task.schema.json",
  ]);
  const task = await loadTask(path.join(folder, "task.yaml"));
  const check = await checkData(task, path.join(folder, "answers.jsonl"), { condition: "prefill" });
  expect(check).toMatchObject({ records: 6, failures: [], systems: 2 });
  expect(check.human.map(({ count }) => count)).toEqual([6, 6]);
  expect((await findSettings(folder))?.values.task).toBe(path.join(folder, "task.yaml"));
  const [head] = (await readFile(path.join(folder, "task.yaml"), "utf8")).split("\n");
  expect(head).toBe("# yaml-language-server: $schema=./task.schema.json");
});

it("replaces nothing unless it is told to, and then writes nothing else either", async () => {
  const folder = await scratchFolder();
  await writeFile(path.join(folder, "lager.yaml"), "judge: mine\n");
  await rejection(initFolder(folder), "OUTPUT_EXISTS");
  await rejection(
    readFile(path.join(folder, "task.yaml")).catch(() => loadTask(path.join(folder, "task.yaml"))),
    "UNREADABLE_FILE",
  );
  await initFolder(folder, { force: true });
  expect(await readFile(path.join(folder, "lager.yaml"), "utf8")).toContain("task: task.yaml");
});
