import { expect, it } from "vitest";
import { builtinTaskNames } from "../../src/input/task/load-task.ts";
import { startProcess } from "../support/run-process.ts";

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
