import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { builtinTaskNames, loadTask } from "../../../src/input/task/load-task.ts";
import { parseTask } from "../../../src/input/task/parse-task.ts";
import { taskToObject } from "../../../src/input/task/task-object.ts";
import { rejection } from "../../support/errors.ts";
import { fileScratchFolder } from "../../support/scratch.ts";

const folder = fileScratchFolder();

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const yaml = `name: t
scale: { min: 1, max: 2 }
criteria:
  - name: c
    description: d
    anchors:
      1: low
`;

describe("built-in tasks", () => {
  it("are the files of the built-in folder", async () => {
    const path = fileURLToPath(new URL("../../../data/tasks/", import.meta.url));
    const files = await readdir(path);
    expect(files.sort()).toEqual(
      builtinTaskNames()
        .map((name) => `${name}.yaml`)
        .sort(),
    );
  });

  it.each([...builtinTaskNames()])(
    "%s loads, bears its name and survives the header",
    async (name) => {
      const task = await loadTask(name);
      expect(task.name).toBe(name);
      expect(parseTask(taskToObject(task))).toEqual(task);
      const values = task.scale.map(({ value }) => value);
      const [least = Number.NaN] = values;
      expect(values).toEqual(values.map((_, i) => least + i));
      // Where its data is, under which terms, and which fields it reads.
      expect(task.data).toEqual({
        published: expect.stringMatching(/./),
        licence: expect.stringMatching(/./),
        reads: expect.stringMatching(/./),
      });
    },
  );

  it.each(["general", "sfres", "topical-chat"])(
    "%s has an anchor for every score",
    async (name) => {
      const { scale, criteria } = await loadTask(name);
      for (const { anchors } of criteria) {
        expect(Object.keys(anchors)).toEqual(scale.map(({ label }) => label));
      }
    },
  );
});

describe("loadTask", () => {
  it("reads YAML and JSON", async () => {
    const task = await loadTask(await file("a.yaml", yaml));
    expect(task.criteria[0]?.anchors).toEqual({ "1": "low" });
    const json = JSON.stringify(taskToObject(task));
    expect(await loadTask(await file("a.json", json))).toEqual(task);
  });

  it("says the line of broken YAML", async () => {
    const path = await file("broken.yml", "name: t\nscale: { min: 1\ncriteria: [\n");
    await expect(loadTask(path)).rejects.toMatchObject({
      code: "INVALID_TASK",
      place: { file: path, line: 3 },
    });
  });

  it("says the line of an unknown key", async () => {
    const path = await file("key.yaml", `${yaml}      9: high\n`);
    await expect(loadTask(path)).rejects.toMatchObject({
      code: "INVALID_TASK",
      place: { file: path, field: "criteria.0.anchors.9", line: 7 },
    });
    const top = await file("top.yaml", yaml.replace("scale", "skale"));
    await expect(loadTask(top)).rejects.toMatchObject({ place: { line: 2, field: "skale" } });
  });

  it("says the line of broken JSON", async () => {
    const path = await file("broken.json", '{\n"name": "t",\n]');
    await expect(loadTask(path)).rejects.toMatchObject({
      code: "INVALID_TASK",
      place: { file: path, line: 3 },
    });
  });

  it("refuses what is no task file", async () => {
    await expect(loadTask("genral")).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining('Did you mean "general"?'),
    });
    await expect(loadTask("task.txt")).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    await expect(loadTask(join(folder, "none.yaml"))).rejects.toMatchObject({
      code: "UNREADABLE_FILE",
    });
    const latin1 = await file("latin1.yaml", Buffer.from("name: caf\xe9\n", "latin1"));
    await expect(loadTask(latin1)).rejects.toMatchObject({ code: "NOT_UTF8" });
  });
});

describe("YAML that is read without errors and yet has no value", () => {
  const rest = "scale: { min: 1, max: 5 }\ncriteria:\n  - name: quality\n    description: d\n";
  const bomb = Array.from({ length: 12 }, (_, level) => {
    const aliases =
      level === 0
        ? "x"
        : Array(10)
            .fill(`*a${level - 1}`)
            .join(", ");
    return `a${level}: &a${level} [${aliases}]`;
  }).join("\n");

  it.each([
    ["an alias of nothing", `name: t\ndescription: *missing\n${rest}`, 2],
    ["aliases that multiply", `${bomb}\nname: *a11\n${rest}`, undefined],
    ["nesting without end", `name: ${"[".repeat(100_000)}`, undefined],
  ])("is INVALID_TASK: %s", async (_, text, line) => {
    const path = await file("no-value.yaml", text);
    const error = await rejection(loadTask(path), "INVALID_TASK");
    expect(error.place.file).toBe(path);
    if (line !== undefined) expect(error.place.line).toBe(line);
  });
});
