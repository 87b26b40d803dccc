import { spawnSync } from "node:child_process";
import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { scratchFolder } from "../../support/scratch.ts";

const BIOME = path.resolve("node_modules/@biomejs/biome/bin/biome");

let root: string;

beforeEach(async () => {
  root = await scratchFolder();
  for (const file of ["biome.json", "scripts/check/terminal.grit"]) {
    await cp(file, path.join(root, file));
  }
});

/** What the linter says of a source file, with this repository's rules. */
async function lint(file: string, text: string): Promise<string> {
  const target = path.join(root, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, text);
  const args = [BIOME, "lint", "--vcs-enabled=false", "--error-on-warnings", file];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
  });
  return status === 0 ? "fine" : `${stdout}${stderr}`;
}

describe("the rule for the terminal", () => {
  it.each([
    'process.stdout.write("text");',
    "const { stderr } = process;\nstderr.write(1);",
    "const name = String(1);\nprocess[name].write(1);",
    "const host = process;\nhost.stdout.end();",
    "console.log(1);",
    "globalThis.console.warn(1);",
    "export const print = console.error;",
    "globalThis.process.exit();",
  ])("finds %j", async (text) => {
    expect(await lint("src/run/a.ts", text)).toContain("Write through src/cli/terminal.ts");
  });

  it.each(["node:console", "node:tty"])("refuses %s", async (name) => {
    const text = `import * as all from "${name}";\nall;\n`;
    expect(await lint("src/run/a.ts", text)).toContain("Write through src/cli/terminal.ts");
  });

  it("refuses node:process", async () => {
    const text = 'import { stdout } from "node:process";\nstdout.end();\n';
    expect(await lint("src/run/a.ts", text)).toContain("noRestrictedImports");
  });

  it("leaves the one place alone, and what only reads about the process", async () => {
    expect(await lint("src/cli/terminal.ts", 'process.stdout.write("text");\n')).toBe("fine");
    const text = "// console.log(1)\nexport const here = [process.env.HOME, process.platform];\n";
    expect(await lint("src/run/a.ts", text)).toBe("fine");
  });
});
