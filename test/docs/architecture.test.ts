import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
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

test("the page draws the floors that the check enforces", () => {
  expect(Object.keys(enforcedFloors())).toContain("base");
  const sorted = (floors: Record<string, readonly string[]>) =>
    Object.fromEntries(Object.entries(floors).map(([name, below]) => [name, [...below].sort()]));
  expect(sorted(drawnFloors())).toEqual(sorted(enforcedFloors()));
});
