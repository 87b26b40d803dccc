import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { scratchFolder } from "../support/scratch.ts";
import { type CodeBlock, ROOT, readPages } from "./pages.ts";

const TSC = path.join(
  path.dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
  "bin/tsc",
);

const blocks = readPages().flatMap((page) =>
  page.blocks.map((block) => ({ ...block, place: `${page.path}:${block.line}` })),
);
const programs = blocks.filter(({ language }) => ["ts", "js"].includes(language));

/** What the compiler says of programs that import the package, each a module of its own. */
async function typeErrors(
  examples: readonly (Pick<CodeBlock, "language" | "text"> & { place: string })[],
): Promise<string> {
  const folder = await scratchFolder();
  const files = await Promise.all(
    examples.map(async ({ language, text, place }) => {
      const name = `${place.replaceAll(/[^\w]+/g, "-")}.${language === "ts" ? "mts" : "mjs"}`;
      await writeFile(path.join(folder, name), text);
      return name;
    }),
  );
  const config = {
    extends: path.join(ROOT, "tsconfig.json"),
    compilerOptions: {
      noEmit: true,
      allowJs: true,
      checkJs: true,
      // A reader's program may leave names unused and trust its arguments; it imports the package.
      noUnusedLocals: false,
      noUncheckedIndexedAccess: false,
      paths: {
        "lager-judge": [path.join(ROOT, "src/index.ts")],
        "lager-judge/*": [path.join(ROOT, "src/adapters/*.ts")],
        vitest: [path.join(ROOT, "node_modules/vitest/dist/index.d.ts")],
      },
      typeRoots: [path.join(ROOT, "node_modules/@types")],
    },
    files,
    include: [],
  };
  await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify(config));
  const { stdout, stderr, error } = spawnSync(process.execPath, [TSC, "-p", folder], {
    encoding: "utf8",
  });
  if (error !== undefined) throw error;
  return stdout + stderr;
}

it("programs in the documentation fit the public API", { timeout: 60_000 }, async () => {
  expect(programs.length).toBeGreaterThanOrEqual(5);
  expect(await typeErrors(programs)).toBe("");
});

it("a program that does not fit is found", { timeout: 60_000 }, async () => {
  const text = 'import { loadJudge } from "lager-judge";\nawait (await loadJudge(1)).scoer({});\n';
  const errors = await typeErrors([{ language: "ts", text, place: "here" }]);
  expect(errors).toContain("is not assignable to parameter of type 'string'");
  expect(errors).toContain("Property 'scoer' does not exist");
});

describe("data in the documentation can be read", () => {
  it.each(
    blocks.filter(({ language }) => language === "yaml").map(({ place, text }) => [place, text]),
  )("%s", (_, text) => {
    expect(parse(text as string)).toBeTypeOf("object");
  });
});

it("a program that is shown whole is the file that it says", () => {
  for (const { file, text, place } of blocks) {
    if (file === null) continue;
    expect(text, place).toBe(readFileSync(path.join(ROOT, file), "utf8"));
  }
});
