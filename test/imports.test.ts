import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const SOURCE = fileURLToPath(new URL("../src/", import.meta.url));

/** Imports and re-exports that load a module at once: neither `import type` nor `import()`. */
const STATIC = /^(?:import|export)\s+(?!type\s)(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;

/** Whether an import names types alone, each marked so: `{ type A, type B }`. */
function namesTypesOnly(statement: string): boolean {
  const names = /\{([^}]*)\}/.exec(statement)?.[1];
  if (names === undefined || /^import\s+\w+\s*,/.test(statement)) return false;
  return names
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "")
    .every((name) => name.startsWith("type "));
}

/** Files of src/ and packages that importing a file of src/ loads, by way of whatever it imports. */
async function loadedBy(entry: string): Promise<{ files: string[]; packages: string[] }> {
  const files = new Set([path.join(SOURCE, entry)]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const [statement, target = ""] of (await readFile(file, "utf8")).matchAll(STATIC)) {
      if (namesTypesOnly(statement)) continue;
      if (target.startsWith(".")) files.add(path.resolve(path.dirname(file), target));
      else if (!target.startsWith("node:")) packages.add(target);
    }
  }
  expect(files.size).toBeGreaterThan(5);
  return {
    files: Array.from(files, (file) => path.relative(SOURCE, file).split(path.sep).join("/")),
    packages: [...packages].sort(),
  };
}

it("importing the library loads no package but the template engine", async () => {
  expect((await loadedBy("index.ts")).packages).toEqual(["@huggingface/jinja"]);
});

it("what is not of the page imports all dependencies and no other package, least of all node-llama-cpp", async () => {
  const manifest = await readFile(path.join(SOURCE, "../package.json"), "utf8");
  const { dependencies, peerDependencies } = JSON.parse(manifest);
  const files = (await readdir(SOURCE, { recursive: true }))
    .filter((file) => file.endsWith(".ts") && !file.startsWith("browser"))
    .map((file) => path.join(SOURCE, file));
  const imported = new Set<string>();
  for (const file of files) {
    const text = await readFile(file, "utf8");
    for (const [, target = ""] of text.matchAll(
      /(?:\bfrom\s+|\bimport\s*\(?\s*)"(@?[a-z][\w./:-]*)"/g,
    )) {
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? target;
      if (!name.startsWith("node:")) imported.add(name);
    }
  }
  expect(Object.keys(dependencies).filter((name) => !imported.has(name))).toEqual([]);
  const { "node-llama-cpp": _, ...peers } = peerDependencies;
  const known = { ...dependencies, ...peers };
  expect([...imported].filter((name) => !(name in known))).toEqual([]);
});

it("the command line loads no command before it knows which one runs", async () => {
  const { files, packages } = await loadedBy("cli/main.ts");
  expect(packages).toEqual(["commander"]);
  expect(files.filter((file) => /command\.ts$/.test(file))).toEqual([]);
});

it("a command's options load neither workflow nor engine nor text before it runs", async () => {
  const program = await readFile(path.join(SOURCE, "cli/program.ts"), "utf8");
  const commands = Array.from(program.matchAll(/import\("\.\/([^"]+)"\)/g), ([, file]) => file);
  expect(commands.length).toBeGreaterThan(10);
  for (const command of commands) {
    const { files, packages } = await loadedBy(`cli/${command}`);
    expect({ command, packages }).toEqual({ command, packages: ["commander"] });
    const heavy =
      /^(present|judge\/(?!score-options)|workflows\/.+\/(?!result\.ts$)|engine\/native\/(?!engine-options))/;
    expect({ command, heavy: files.filter((file) => heavy.test(file)) }).toEqual({
      command,
      heavy: [],
    });
  }
});
