import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { ROOT, readPage } from "./pages.ts";

const page = readPage("docs/architecture.md");

/** The floors as the page's table has them, from the ground up, each with those that it may import. */
function drawnFloors(): Record<string, readonly string[]> {
  const rows = [...page.prose.matchAll(/^\| `(\w+)` *\|[^|]*\| ([^|]*)\|$/gm)];
  const names = rows.map(([, name]) => name as string);
  return Object.fromEntries(
    rows.map(([, name, imports = ""]) => {
      const text = imports.trim();
      if (text === "–") return [name, []];
      return [name, text === "all" ? names.filter((other) => other !== name) : text.split(", ")];
    }),
  );
}

/** The floors as the check enforces them. */
function enforcedFloors(): Record<string, readonly string[]> {
  const source = readFileSync(path.join(ROOT, "scripts/check/floors.mjs"), "utf8");
  const literal = /const FLOORS = (\{.*?\n\});/s.exec(source)?.[1];
  if (literal === undefined) throw new Error("scripts/check/floors.mjs has no FLOORS");
  const json = literal.replaceAll(/^ {2}(\w+):/gm, '"$1":').replaceAll(/,(\s*[}\]])/g, "$1");
  return JSON.parse(json);
}

it("the page draws the floors that the check enforces", () => {
  expect(Object.keys(enforcedFloors())).toContain("base");
  const sorted = (floors: Record<string, readonly string[]>) =>
    Object.fromEntries(Object.entries(floors).map(([name, below]) => [name, [...below].sort()]));
  expect(sorted(drawnFloors())).toEqual(sorted(enforcedFloors()));
});

/** The types by which the page tells the way of a record, each with the folder that it is in. */
const told = [...page.prose.matchAll(/\*\*`(\w+)`\*\*\s+\(`(src\/[\w/]+)`\)/g)].map(
  ([, type = "", folder = ""]) => [type, folder] as const,
);

it("the way of a record is told with eleven types", () => {
  expect(new Set(told.map(([type]) => type)).size).toBe(11);
  expect([...page.prose.matchAll(/\*\*`/g)]).toHaveLength(11);
});

it.each(told)("%s is declared in %s", (type, folder) => {
  const declaration = new RegExp(`^export (?:type|interface|class) ${type}\\b`, "m");
  const files = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .filter((file) => declaration.test(readFileSync(path.join(ROOT, folder, file), "utf8")));
  expect(files).toHaveLength(1);
});
