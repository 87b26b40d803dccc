import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, it } from "vitest";
import { makeMain } from "../../../scripts/build/package-folder.mjs";
import { scratchFolder } from "../../support/scratch.ts";

const MANIFEST = {
  name: "lager-judge",
  version: "1.2.3",
  license: "MIT",
  engines: { node: ">=20" },
  main: "./dist/index.js",
  files: ["dist", "build/lib", "data"],
  dependencies: { yaml: "^2.0.0" },
  scripts: { prepare: "exit 1", postinstall: "exit 1" },
  devDependencies: { typescript: "*" },
  workspaces: ["docs"],
  binary: { napi_versions: [8] },
  allowScripts: { typescript: false },
};

let root: string;
let folder: string;

beforeEach(async () => {
  root = await scratchFolder();
  folder = path.join(root, "made");
  for (const file of ["src/index.ts", "dist/index.js", "dist/index.d.ts", "dist/page/view.js"]) {
    await write(file, "export {};\n");
  }
  for (const file of ["README.md", "LICENSE", "data/task.yaml", "build/lib/lager.node"]) {
    await write(file, `${file}\n`);
  }
});

async function write(file: string, text: string): Promise<void> {
  const target = path.join(root, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, text);
}

async function made(platforms: readonly string[]): Promise<{ files: string[]; manifest: unknown }> {
  makeMain(folder, { root, manifest: MANIFEST }, platforms);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return {
    files: entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)))
      .map((file) => file.split(path.sep).join("/"))
      .sort(),
    manifest: JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")),
  };
}

it("lager-judge has no native code and no scripts, and names the platforms' packages exactly", async () => {
  const { files, manifest } = await made(["linux-x64", "win32-x64"]);
  const { scripts, devDependencies, workspaces, binary, allowScripts, ...kept } = MANIFEST;
  expect(manifest).toEqual({
    ...kept,
    files: ["dist", "data"],
    optionalDependencies: { "@lager-judge/linux-x64": "1.2.3", "@lager-judge/win32-x64": "1.2.3" },
  });
  expect(files).toEqual([
    ...["LICENSE", "README.md", "data/task.yaml"],
    ...["dist/index.d.ts", "dist/index.js", "dist/page/view.js", "package.json"],
  ]);
});

it("what was built of sources that are gone is left out, and maps without sources", async () => {
  for (const file of ["dist/gone.js", "dist/gone.d.ts", "dist/index.js.map"]) await write(file, "");
  const { files } = await made([]);
  expect(files.filter((file) => file.startsWith("dist/"))).toEqual([
    ...["dist/index.d.ts", "dist/index.js", "dist/page/view.js"],
  ]);
});
