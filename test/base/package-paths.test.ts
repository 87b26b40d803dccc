import { readdir, readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import {
  EXAMPLES_FOLDER,
  PACKAGE_JSON,
  PAGE_FOLDER,
  TASKS_FOLDER,
} from "../../src/base/package-paths.ts";
import { version } from "../../src/base/version.ts";

it("leads to what the package brings along", async () => {
  expect(await readdir(TASKS_FOLDER)).toContain("general.yaml");
  expect(await readdir(EXAMPLES_FOLDER)).toContain("quickstart.yaml");
  expect((await readdir(PAGE_FOLDER)).length).toBeGreaterThan(0);
});

it("leads to files that are published with it", async () => {
  const { files, version: own } = JSON.parse(await readFile(PACKAGE_JSON, "utf8"));
  const root = PACKAGE_JSON.slice(0, -"package.json".length);
  for (const folder of [TASKS_FOLDER, EXAMPLES_FOLDER, PAGE_FOLDER]) {
    const inside = folder.slice(root.length).replaceAll("\\", "/");
    expect(files.some((entry: string) => `${inside}/`.startsWith(`${entry}/`))).toBe(true);
  }
  expect(version).toBe(own);
});
