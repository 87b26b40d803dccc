import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

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

/** Packages that importing a file of src/ loads, by way of whatever it imports. */
async function packagesLoadedBy(entry: string): Promise<string[]> {
  const files = new Set([path.join(SOURCE, entry)]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const [statement, target = ""] of (await readFile(file, "utf8")).matchAll(STATIC)) {
      if (namesTypesOnly(statement)) continue;
      if (target.startsWith(".")) files.add(path.resolve(path.dirname(file), target));
      else if (!target.startsWith("node:")) packages.add(target);
    }
  }
  expect(files.size).toBeGreaterThan(10);
  return [...packages].sort();
}

test("importing the library loads no package but the template engine", async () => {
  expect(await packagesLoadedBy("index.ts")).toEqual(["@huggingface/jinja"]);
});

test("the command line loads no command before it runs", async () => {
  expect(await packagesLoadedBy("cli/main.ts")).toEqual(["commander"]);
});
