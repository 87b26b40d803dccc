import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { problemsOf } from "../../scripts/build/check-libraries.mjs";
import { readLibraries } from "../../scripts/build/read-libraries.mjs";
import { builtinTaskNames } from "../../src/input/task/load-task.ts";
import { startNode, startProcess } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";
import { CLI_JUDGE } from "../support/tiny-cli.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SCRIPT = path.join(ROOT, "scripts/build/packages.mjs");
const LIBRARIES = path.join(ROOT, "build/lib");
const PLATFORM = `${process.platform}-${process.arch}`;

// npm is a batch file there, which cannot be started without a shell.
it.skipIf(process.platform === "win32")(
  "what npm pack makes of a built checkout can be used as it is",
  async () => {
    const pack = startProcess("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"]);
    const { exitCode, stdout } = await pack.end;
    expect(exitCode).toBe(0);
    const packed: unknown = JSON.parse(stdout);
    // npm 12 gives an object by the packages' names, earlier ones a list.
    const [{ files }] = Object.values(packed as Record<string, { files: { path: string }[] }>) as [
      { files: { path: string }[] },
    ];
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        ...["package.json", "README.md", "LICENSE", "dist/index.js", "dist/index.d.ts"],
        ...["dist/cli/main.js", "build/lib/lager.node", "examples/quickstart.jsonl"],
        ...builtinTaskNames().map((name) => `data/tasks/${name}.yaml`),
      ]),
    );
    expect(paths.filter((path) => path.startsWith("build/"))).toSatisfy((libraries: string[]) =>
      libraries.every((path) => path.startsWith("build/lib/")),
    );
    expect(paths.some((path) => path.startsWith("build/lib/libllama"))).toBe(true);
    expect(paths.some((path) => /^(test|scripts|native|node_modules)\//.test(path))).toBe(false);
  },
);

it.skipIf(process.platform === "win32")(
  "the two packages work side by side, and one alone says what is missing",
  async () => {
    const modules = path.join(await scratchFolder(), "node_modules");
    await mkdir(path.join(modules, "@lager-judge"), { recursive: true });
    const made = await startNode([SCRIPT, "--out", modules]).end;
    expect(made).toMatchObject({ exitCode: 0, stderr: "" });
    expect(made.stdout).toMatch(/libraries, each \S+ for \w+; the addon takes \d+ functions/);
    const ofPlatform = path.join(modules, "@lager-judge", PLATFORM);
    await symlink(path.join(modules, `lager-judge-${PLATFORM}`), ofPlatform);
    const { version, engines } = await manifestOf(ROOT);
    expect((await manifestOf(path.join(modules, "lager-judge"))).optionalDependencies).toEqual({
      [`@lager-judge/${PLATFORM}`]: version,
    });
    expect(await manifestOf(ofPlatform)).toEqual({
      name: `@lager-judge/${PLATFORM}`,
      description: expect.stringContaining(PLATFORM),
      ...{ version, engines, license: "MIT", files: ["lib", "LICENSE-llama.cpp"] },
      ...{ os: [process.platform], cpu: [process.arch], preferUnplugged: true },
      ...(process.platform === "linux" ? { libc: ["glibc"] } : {}),
    });
    expect(await readdir(path.join(ofPlatform, "lib"))).toEqual(await readdir(LIBRARIES));
    await symlink(path.join(ROOT, "node_modules"), path.join(modules, "lager-judge/node_modules"));
    const doctor = async () => {
      const main = path.join(modules, "lager-judge/dist/cli/main.js");
      const args = ["doctor", "--json", "--gpu", "off", "--judge", tinyGguf(CLI_JUDGE)];
      return JSON.parse((await startNode([main, ...args]).end).stdout);
    };

    expect(await doctor()).toMatchObject({
      ok: true,
      addon: { loaded: true, file: expect.stringContaining(`${PLATFORM}/lib/lager.node`) },
    });

    await rm(ofPlatform);
    const { addon, problems, missing } = await doctor();
    expect(addon).toEqual({ file: null, loaded: false, libraries: [] });
    expect(problems[0].code).toBe("ADDON_UNAVAILABLE");
    expect(problems[0].message).toMatch(
      new RegExp(`install it with \`npm install @lager-judge/${PLATFORM}@\\d+\\.\\d+\\.\\d+\``),
    );
    expect(problems[0].message).toContain(missing.command);
  },
);

async function manifestOf(folder: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
}

describe.skipIf(PLATFORM !== "linux-x64")("the libraries of a package", () => {
  /** The real ones, one of which is another. */
  async function withChanged(file: string, change: (bytes: Buffer) => Buffer): Promise<string> {
    const folder = path.join(await scratchFolder(), "lib");
    await cp(LIBRARIES, folder, { recursive: true });
    await writeFile(path.join(folder, file), change(await readFile(path.join(folder, file))));
    return folder;
  }

  /** Another text of the same length, wherever it stands. */
  function replaced(from: string, to: string): (bytes: Buffer) => Buffer {
    expect(to).toHaveLength(from.length);
    return (bytes) => {
      const changed = Buffer.from(bytes.toString("latin1").replaceAll(from, to), "latin1");
      expect(changed.equals(bytes)).toBe(false);
      return changed;
    };
  }

  async function problems(folder: string): Promise<string[]> {
    const files = (await readdir(folder)).map((name) => path.join(folder, name));
    return problemsOf(readLibraries(files), PLATFORM);
  }

  it("are found to be what they are", async () => {
    expect(await problems(LIBRARIES)).toEqual([]);
  });

  it.each([
    {
      what: "is another processor's",
      file: "libggml-base.so",
      change: (bytes: Buffer) =>
        Buffer.concat([bytes.subarray(0, 18), Buffer.of(0xb7, 0), bytes.subarray(20)]),
      problem: "libggml-base.so is ELF for arm64, not ELF for x64",
    },
    {
      what: "is no library",
      file: "libggml-base.so",
      change: () => Buffer.from("this is no library\n"),
      problem: "libggml-base.so is no library, not ELF for x64",
    },
    {
      what: "lacks a function that the addon needs",
      file: "libllama.v0.5.0.so",
      change: replaced("\0llama_decode\0", "\0llama_decodf\0"),
      problem: "lager.node needs llama_decode, which nothing in the package has",
    },
    {
      what: "does not look for the others beside itself",
      file: "lager.node",
      change: replaced("\0$ORIGIN\0", "\0/usr/li\0"),
      problem: "lager.node needs libggml-base.so, but does not look for it in its own folder",
    },
    {
      what: "takes what is not in its version of Node-API",
      file: "lager.node",
      change: replaced("\0napi_create_object\0", "\0napi_create_abject\0"),
      problem: "lager.node needs napi_create_abject, which nothing in the package has",
    },
  ])("are refused if one of them $what", async ({ file, change, problem }) => {
    expect(await problems(await withChanged(file, change))).toContain(problem);
  });

  it("make no package if one is wrong", async () => {
    const lib = await withChanged("libggml-base.so", () => Buffer.from("this is no library\n"));
    const root = path.dirname(lib);
    await mkdir(path.join(root, "build/llama.cpp-v1"), { recursive: true });
    await cp(lib, path.join(root, "build/lib"), { recursive: true });
    for (const file of ["package.json", "LICENSE"])
      await cp(path.join(ROOT, file), path.join(root, file));
    await writeFile(path.join(root, "build/llama.cpp-v1/LICENSE"), "");
    const { exitCode, stderr } = await startNode([SCRIPT, "--root", root]).end;
    expect(exitCode).toBe(1);
    expect(stderr).toContain("libggml-base.so is no library, not ELF for x64");
    expect(await readdir(path.join(root, "build/packages"))).toEqual([]);
  });
});
