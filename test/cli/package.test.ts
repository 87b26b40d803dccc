import { mkdir, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { builtinTaskNames } from "../../src/input/task/load-task.ts";
import { startNode, startProcess } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";
import { CLI_JUDGE } from "../support/tiny-cli.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SCRIPT = path.join(ROOT, "scripts/build/packages.mjs");

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
    const platform = `${process.platform}-${process.arch}`;
    const modules = path.join(await scratchFolder(), "node_modules");
    await mkdir(path.join(modules, "@lager-judge"), { recursive: true });
    const made = await startNode([SCRIPT, "--out", modules]).end;
    expect(made).toMatchObject({ exitCode: 0, stderr: "" });
    const ofPlatform = path.join(modules, "@lager-judge", platform);
    await symlink(path.join(modules, `lager-judge-${platform}`), ofPlatform);
    await symlink(path.join(ROOT, "node_modules"), path.join(modules, "lager-judge/node_modules"));
    const doctor = async () => {
      const main = path.join(modules, "lager-judge/dist/cli/main.js");
      const args = ["doctor", "--json", "--gpu", "off", "--judge", tinyGguf(CLI_JUDGE)];
      return JSON.parse((await startNode([main, ...args]).end).stdout);
    };

    expect(await doctor()).toMatchObject({
      ok: true,
      addon: { loaded: true, file: expect.stringContaining(`${platform}/lib/lager.node`) },
    });

    await rm(ofPlatform);
    const { addon, problems } = await doctor();
    expect(addon).toEqual({ file: null, loaded: false, libraries: [] });
    expect(problems[0].code).toBe("ADDON_UNAVAILABLE");
    expect(problems[0].message).toMatch(
      new RegExp(`install it with \`npm install @lager-judge/${platform}@\\d+\\.\\d+\\.\\d+\``),
    );
  },
);
