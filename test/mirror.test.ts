import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Tests of a running judge, of whole commands, of all pages: named after what is done or holds. */
const OF_THE_WHOLE = ["native", "model", "cli", "docs"];

/** Unit tests that no single source file answers to, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  "test/imports.test.ts": "what importing the package loads, through all of src/",
  "test/mirror.test.ts": "this one",
};

/** Tests without a file of their name at their place, in src/ or else below the root. */
function strays(tests: readonly string[], exists: (file: string) => boolean): string[] {
  return tests.filter((test) => {
    const name = test.replace(/^test\//, "").replace(/\.test\.ts$/, "");
    return ![`src/${name}.ts`, `${name}.mjs`, `${name}.grit`, `${name}.yaml`].some(exists);
  });
}

const unitTests = readdirSync(path.join(ROOT, "test"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => `test/${file.split(path.sep).join("/")}`)
  .filter((file) => !OF_THE_WHOLE.some((folder) => file.startsWith(`test/${folder}/`)))
  .sort();

describe("a unit test", () => {
  it("is named as what it tests, and lies in the same place", () => {
    expect(unitTests.length).toBeGreaterThan(50);
    const found = strays(unitTests, (file) => existsSync(path.join(ROOT, file)));
    expect(found).toEqual(Object.keys(EXCEPTIONS));
  });

  it("is found out when its source has moved", () => {
    const tests = ["test/a/b.test.ts", "test/a/c.test.ts", "test/scripts/d.test.ts"];
    const exists = (file: string) => ["src/a/b.ts", "src/c.ts", "scripts/d.mjs"].includes(file);
    expect(strays(tests, exists)).toEqual(["test/a/c.test.ts"]);
  });
});
