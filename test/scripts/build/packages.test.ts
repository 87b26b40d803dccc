import { spawnSync } from "node:child_process";
import { mkdir, open, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { scratchFolder } from "../../support/scratch.ts";

const SCRIPT = fileURLToPath(new URL("../../../scripts/build/packages.mjs", import.meta.url));
const PLATFORM = `${process.platform}-${process.arch}`;
const MAIN = "build/packages/lager-judge";
const OF_PLATFORM = `build/packages/lager-judge-${PLATFORM}`;

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

beforeEach(async () => {
  root = await scratchFolder();
  await write("package.json", JSON.stringify(MANIFEST));
  for (const file of ["src/index.ts", "dist/index.js", "dist/index.d.ts", "dist/page/view.js"]) {
    await write(file, "export {};\n");
  }
  for (const file of ["README.md", "LICENSE", "build/llama.cpp-v1/LICENSE", "data/task.yaml"]) {
    await write(file, `${file}\n`);
  }
  await mkdir(path.join(root, "build/lib"));
  await writeFile(path.join(root, "build/lib/lager.node"), await headerOfThisPlatform());
});

async function write(file: string, text: string): Promise<void> {
  const target = path.join(root, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, text);
}

/** The beginning of the program that runs this, in place of a library. */
async function headerOfThisPlatform(): Promise<Buffer> {
  await using file = await open(process.execPath);
  return (await file.read(Buffer.alloc(4096), 0, 4096, 0)).buffer;
}

function makePackages(): { status: number | null; output: string } {
  const result = spawnSync(process.execPath, [SCRIPT, "--root", root], { encoding: "utf8" });
  return { status: result.status, output: result.stdout + result.stderr };
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const from = path.join(root, folder);
  return files
    .map(({ parentPath, name }) => path.relative(from, path.join(parentPath, name)))
    .sort();
}

async function manifestOf(folder: string): Promise<unknown> {
  return JSON.parse(await readFile(path.join(root, folder, "package.json"), "utf8"));
}

// npm is a batch file there, which cannot be started without a shell.
describe.skipIf(process.platform === "win32")("the packages", () => {
  it("are one without native code and scripts, and one for the platform", async () => {
    expect(makePackages()).toMatchObject({ status: 0 });

    const { scripts, devDependencies, workspaces, binary, allowScripts, ...kept } = MANIFEST;
    expect(await manifestOf(MAIN)).toEqual({
      ...kept,
      files: ["dist", "data"],
      optionalDependencies: { [`@lager-judge/${PLATFORM}`]: "1.2.3" },
    });
    expect(await filesOf(MAIN)).toEqual([
      ...["LICENSE", "README.md", "data/task.yaml"],
      ...["dist/index.d.ts", "dist/index.js", "dist/page/view.js", "package.json"],
    ]);

    expect(await manifestOf(OF_PLATFORM)).toEqual({
      name: `@lager-judge/${PLATFORM}`,
      version: "1.2.3",
      description: expect.stringContaining(PLATFORM),
      license: "MIT",
      engines: { node: ">=20" },
      files: ["lib", "LICENSE-llama.cpp"],
      os: [process.platform],
      cpu: [process.arch],
      ...(process.platform === "linux" ? { libc: ["glibc"] } : {}),
      preferUnplugged: true,
    });
    expect(await filesOf(OF_PLATFORM)).toEqual([
      ...["LICENSE", "LICENSE-llama.cpp", "README.md", "lib/lager.node", "package.json"],
    ]);
    const tarballs = (await readdir(path.join(root, "build/packages"))).filter((name) =>
      name.endsWith(".tgz"),
    );
    expect(tarballs).toEqual([...["lager-judge-1.2.3.tgz", `lager-judge-${PLATFORM}-1.2.3.tgz`]]);
  });

  it("leave out what was built of sources that are gone, and maps without sources", async () => {
    for (const file of ["dist/gone.js", "dist/gone.d.ts", "dist/index.js.map"]) {
      await write(file, "");
    }
    expect(makePackages()).toMatchObject({ status: 0 });
    const built = (await filesOf(MAIN)).filter((file) => file.startsWith("dist/"));
    expect(built).toEqual(["dist/index.d.ts", "dist/index.js", "dist/page/view.js"]);
  });

  it("are not made with a library that is for another platform", async () => {
    await write("build/lib/libggml.so", "this is no library\n");
    expect(makePackages()).toEqual({
      status: 1,
      output: expect.stringContaining(`libggml.so is for unknown, not for ${PLATFORM}`),
    });
  });
});
