import { spawnSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { scratchFolder } from "../support/scratch.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/check-stages.mjs", import.meta.url));

let root: string;

beforeEach(async () => {
  root = await scratchFolder();
  await write("src/errors.ts", "export class LagerError extends Error {}\n");
  await write("src/run/read.ts", 'import { LagerError } from "../errors.ts";\n');
  await write("src/report/table.ts", 'import { read } from "../run/read.ts";\n');
  await write("src/index.ts", 'export * from "./report/table.ts";\n');
  await write("native/core/head.cpp", '#include "head.h"\n#include <vector>\n');
});

async function write(file: string, text: string): Promise<void> {
  const target = path.join(root, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, text);
}

function check(...arguments_: string[]): { status: number | null; output: string } {
  const result = spawnSync(process.execPath, [SCRIPT, ...arguments_], { encoding: "utf8" });
  return { status: result.status, output: result.stdout + result.stderr };
}

describe("check-stages", () => {
  it("finds this repository in order", () => {
    expect(check()).toMatchObject({ status: 0, output: expect.stringContaining("are in order") });
  });

  it("finds a tree without violations in order", () => {
    expect(check(root)).toMatchObject({ status: 0, output: expect.stringContaining("4 files") });
  });

  it.each([
    ["a static import", 'import { x } from "../report/table.ts";'],
    ["a type import", 'import type { X } from "../report/table.ts";'],
    ["an inline type", 'let x: import("../report/table.ts").X;'],
    ["a dynamic import", 'const x = await import("../report/table.ts");'],
    ["an import for its effects", 'import "../report/table.ts";'],
    ["a re-export", 'export * from "../report/table.ts";'],
    ["a re-export on several lines", 'export {\n  x,\n} from "../report/table.ts";'],
    ["a required file", 'const x = require("../report/table.ts");'],
    ["the URL of a worker", 'new Worker(new URL("../report/table.ts", import.meta.url));'],
  ])("refuses a later stage in %s", async (_, text) => {
    await write("src/run/write.ts", `// first line\n${text}\n`);
    const { status, output } = check(root);
    expect(status).toBe(1);
    expect(output).toMatch(/src\/run\/write\.ts:\d+: run imports report, a later stage/);
  });

  it("names the line", async () => {
    await write("src/run/write.ts", '\n\nimport "../report/table.ts";\n');
    expect(check(root).output).toContain("src/run/write.ts:3: run imports report");
  });

  it("refuses the model after the run file, though it is an earlier stage", async () => {
    await write("src/judge/judge.ts", "export const judge = 1;\n");
    await write("src/stats/spearman.ts", 'import { judge } from "../judge/judge.ts";\n');
    const { status, output } = check(root);
    expect(status).toBe(1);
    expect(output).toContain("src/stats/spearman.ts:1: stats reaches judge");
  });

  it.each(["stats", "tune", "eval", "report"])("keeps %s off the model", async (stage) => {
    await write("src/judge/judge.ts", "export const judge = 1;\n");
    await write(`src/${stage}/x.ts`, 'import { judge } from "../judge/judge.ts";\n');
    const { status, output } = check(root);
    expect(status).toBe(1);
    expect(output).toContain(`src/${stage}/x.ts:1: ${stage} reaches judge`);
  });

  it.each([
    ["stats", "tune"],
    ["tune", "eval"],
    ["eval", "report"],
  ])("lets %s stand before %s, and not the other way", async (earlier, later) => {
    await write(`src/${earlier}/x.ts`, "export const x = 1;\n");
    await write(`src/${later}/y.ts`, `import { x } from "../${earlier}/x.ts";\n`);
    expect(check(root).status).toBe(0);
    await write(`src/${earlier}/z.ts`, `import { y } from "../${later}/y.ts";\n`);
    expect(check(root).output).toContain(`${earlier} imports ${later}, a later stage`);
  });

  it("refuses it behind other stages too, and shows the way", async () => {
    await write("src/models/catalog.ts", "export const x = 1;\n");
    await write("src/run/read.ts", 'import { x } from "../models/catalog.ts";\n');
    const { status, output } = check(root);
    expect(status).toBe(1);
    expect(output).toContain("src/report/table.ts → src/run/read.ts → src/models/catalog.ts");
  });

  it.each([
    ["a folder it does not know", "src/helpers/x.ts", "", "src/helpers is no stage"],
    ["a file beside the stages", "src/utils.ts", "", "only errors.ts and index.ts"],
    ["code in a data folder", "src/example/x.ts", "", "is a folder for data"],
    ["errors.ts importing", "src/errors.ts", 'import "./run/read.ts";', "it may import nothing"],
    ["an import of index.ts", "src/run/x.ts", 'import "../index.ts";', "imports index.ts"],
    ["an import by name", "src/run/x.ts", 'import "lager-judge";', "by its name"],
    ["a computed import", "src/run/x.ts", "await import(name);", "computed path"],
    ["code outside src", "src/run/x.ts", 'import "../../scripts/x.mjs";', "outside src"],
    ["Node in the native core", "native/core/x.h", "#include <napi.h>", "includes napi.h"],
    ["N-API in the native core", "native/core/a/x.cpp", '# include "node_api.h"', "node_api.h"],
  ])("refuses %s", async (_, file, text, complaint) => {
    await write(file, `${text}\n`);
    const { status, output } = check(root);
    expect(output).toContain(complaint);
    expect(output).toContain(`${file}:1: `);
    expect(status).toBe(1);
  });

  it("allows data and the addon outside src", async () => {
    await write(
      "src/cli/main.ts",
      'require("../../package.json"); require("../../build/x.node");\n',
    );
    expect(check(root).status).toBe(0);
  });

  it("does not pass a tree with nothing in it", async () => {
    await rm(path.join(root, "src"), { recursive: true });
    await rm(path.join(root, "native"), { recursive: true });
    const { status, output } = check(root);
    expect(status).toBe(1);
    expect(output).toContain("2 violations");
  });
});
