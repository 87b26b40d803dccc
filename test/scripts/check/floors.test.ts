import { spawnSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { scratchFolder } from "../../support/scratch.ts";

const SCRIPT = fileURLToPath(new URL("../../../scripts/check/floors.mjs", import.meta.url));

let root: string;

beforeEach(async () => {
  root = await scratchFolder();
  await write("src/base/errors.ts", "export class LagerError extends Error {}\n");
  await write("src/run/read.ts", 'import { LagerError } from "../base/errors.ts";\n');
  await write("src/present/table.ts", 'import { read } from "../run/read.ts";\n');
  await write("src/index.ts", 'export * from "./present/table.ts";\n');
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

describe("the check of the floors", () => {
  it("finds this repository in order", () => {
    expect(check()).toMatchObject({ status: 0, output: expect.stringContaining("are in order") });
  });

  it("finds a tree without violations in order", () => {
    expect(check(root)).toMatchObject({ status: 0, output: expect.stringContaining("4 files") });
  });

  it.each([
    ["a static import", 'import { x } from "../present/table.ts";'],
    ["a type import", 'import type { X } from "../present/table.ts";'],
    ["an inline type", 'let x: import("../present/table.ts").X;'],
    ["a dynamic import", 'const x = await import("../present/table.ts");'],
    ["an import for its effects", 'import "../present/table.ts";'],
    ["a re-export", 'export * from "../present/table.ts";'],
    ["a re-export on several lines", 'export {\n  x,\n} from "../present/table.ts";'],
    ["a required file", 'const x = require("../present/table.ts");'],
    ["the URL of a worker", 'new Worker(new URL("../present/table.ts", import.meta.url));'],
  ])("refuses a floor above in %s", async (_, text) => {
    await write("src/run/write.ts", `// first line\n${text}\n`);
    const { status, output } = check(root);
    expect(status).toBe(1);
    expect(output).toMatch(
      /src\/run\/write\.ts:\d+: run imports present, which it does not stand on/,
    );
  });

  it("names the line", async () => {
    await write("src/run/write.ts", '\n\nimport "../present/table.ts";\n');
    expect(check(root).output).toContain("src/run/write.ts:3: run imports present");
  });

  it.each(["run", "analysis", "present"])("keeps %s off the model", async (floor) => {
    await write("src/judge/judge.ts", "export const judge = 1;\n");
    await write(`src/${floor}/x.ts`, 'import { judge } from "../judge/judge.ts";\n');
    const { status, output } = check(root);
    expect(status).toBe(1);
    expect(output).toContain(`src/${floor}/x.ts:1: ${floor} reaches judge`);
  });

  it.each([
    ["base", "input"],
    ["input", "scoring"],
    ["scoring", "run"],
    ["run", "analysis"],
    ["input", "engine"],
    ["engine", "judge"],
    ["run", "judge"],
    ["analysis", "workflows"],
    ["judge", "workflows"],
    ["analysis", "present"],
    ["workflows", "cli"],
    ["present", "cli"],
  ])("lets %s stand below %s, and not the other way", async (below, above) => {
    await write(`src/${below}/x.ts`, "export const x = 1;\n");
    await write(`src/${above}/y.ts`, `import { x } from "../${below}/x.ts";\n`);
    expect(check(root).status).toBe(0);
    await write(`src/${below}/z.ts`, `import { y } from "../${above}/y.ts";\n`);
    expect(check(root).output).toContain(`${below} imports ${above}, which it does not stand on`);
  });

  it.each([
    ["analysis", "stats", "tune"],
    ["analysis", "tune", "eval"],
    ["input", "task", "prompt"],
  ])("lets %s/%s stand before %s, and not the other way", async (floor, earlier, later) => {
    await write(`src/${floor}/${earlier}/x.ts`, "export const x = 1;\n");
    await write(`src/${floor}/${later}/y.ts`, `import { x } from "../${earlier}/x.ts";\n`);
    expect(check(root).status).toBe(0);
    await write(`src/${floor}/${earlier}/z.ts`, `import { y } from "../${later}/y.ts";\n`);
    expect(check(root).output).toContain(
      `${floor}/${earlier} imports ${floor}/${later}, a later room`,
    );
  });

  it("lets presenting see the result of a workflow, and nothing else of it", async () => {
    await write("src/workflows/bench/result.ts", "export const x = 1;\n");
    await write("src/present/x.ts", 'import { x } from "../workflows/bench/result.ts";\n');
    expect(check(root).status).toBe(0);
    await write("src/workflows/bench/run-bench.ts", "export const x = 1;\n");
    await write("src/present/x.ts", 'import { x } from "../workflows/bench/run-bench.ts";\n');
    expect(check(root).output).toContain("of a workflow it sees result.ts alone");
  });

  it("finds the model behind a workflow's result too", async () => {
    await write("src/engine/native/addon.ts", "export const x = 1;\n");
    await write("src/workflows/doctor/result.ts", 'import "../../engine/native/addon.ts";\n');
    await write("src/present/x.ts", 'import "../workflows/doctor/result.ts";\n');
    expect(check(root).output).toContain("present reaches engine");
  });

  it("finds it behind other floors too, and shows the way", async () => {
    await write("src/engine/models/catalog.ts", "export const x = 1;\n");
    await write("src/run/read.ts", 'import { x } from "../engine/models/catalog.ts";\n');
    const { status, output } = check(root);
    expect(status).toBe(1);
    expect(output).toContain(
      "src/present/table.ts → src/run/read.ts → src/engine/models/catalog.ts",
    );
  });

  it.each([
    ["a folder it does not know", "src/helpers/x.ts", "", "src/helpers is no floor"],
    ["an import of index.ts", "src/run/x.ts", 'import "../index.ts";', "imports index.ts"],
    ["an import by name", "src/run/x.ts", 'import "lager-judge";', "by its name"],
    ["a computed import", "src/run/x.ts", "await import(name);", "computed path"],
    ["code outside src", "src/run/x.ts", 'import "../../scripts/x.mjs";', "outside src"],
    ["Node in the native core", "native/core/x.h", "#include <napi.h>", "includes napi.h"],
    ["N-API in the native core", "native/core/a/x.cpp", '# include "node_api.h"', "node_api.h"],
    ["Node in the kernels", "native/kernels/x.cpp", "#include <uv.h>", "includes uv.h"],
    ["llama.cpp in the kernels", "native/kernels/x.cpp", '#include "llama.h"', "ggml only"],
  ])("refuses %s", async (_, file, text, complaint) => {
    await write(file, `${text}\n`);
    const { status, output } = check(root);
    expect(output).toContain(complaint);
    expect(output).toContain(`${file}:1: `);
    expect(status).toBe(1);
  });

  it.each([
    ["kernels in the native core", "core/a/x.cpp", "kernels/y.h", "core", "kernels"],
    ["kernels by a relative path", "core/a/x.cpp", "../../kernels/y.h", "core", "kernels"],
    ["the native core in the kernels", "kernels/x.cpp", "core/y.h", "kernels", "core"],
    ["the addon in the native core", "core/x.h", "addon/y.h", "core", "addon"],
    ["the native core in what it stands on", "base/x.h", "core/y.h", "base", "core"],
  ])("refuses %s", async (_, file, header, from, to) => {
    await write(`native/${to}/y.h`, "#pragma once\n");
    await write(`native/${file}`, `#include "${header}"\n`);
    const { status, output } = check(root);
    expect(output).toContain(
      `native/${file}:1: native/${from} includes ${header}, of native/${to}`,
    );
    expect(status).toBe(1);
  });

  it("allows the addon core and kernels, and both what they stand on", async () => {
    await write("native/base/x.h", "#pragma once\n");
    await write("native/kernels/x.h", '#include "base/x.h"\n');
    await write("native/core/x.h", '#include "base/x.h"\n');
    await write("native/addon/x.cpp", '#include "core/x.h"\n#include "kernels/x.h"\n');
    expect(check(root).status).toBe(0);
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
