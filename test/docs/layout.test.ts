import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ROOT, readPage, readPages } from "./pages.ts";

const pages = readPages();

/** Lines that are wider than a screen shows. */
function wideLines(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line, index) => `${index + 1}: ${[...line].length} characters`)
    .filter((_, index) => [...(text.split("\n")[index] as string)].length > 160);
}

it("the README is read at a sitting: at most 150 lines", () => {
  const { text } = readPage("README.md");
  expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(150);
});

it.each(pages.map(({ path: file, text }) => [file, text]))("%s has no wide line", (_, text) => {
  expect(wideLines(text)).toEqual([]);
});

it("a line of 161 characters is wide, whatever bytes it takes", () => {
  expect(wideLines("▒".repeat(160))).toEqual([]);
  expect(wideLines(`\n${"▒".repeat(161)}`)).toEqual(["2: 161 characters"]);
});

describe("every study says how to repeat it", () => {
  it.each(
    pages
      .filter(({ path: file }) => /^docs\/measurements\/(?!index)/.test(file))
      .map((page) => [page.path, page] as const),
  )("%s", (_, { prose, blocks }) => {
    expect(prose).toMatch(/^## Repeat$/m);
    const repeat = prose.split("\n").indexOf("## Repeat") + 1;
    expect(blocks.some(({ language, line }) => language === "sh" && line > repeat)).toBe(true);
  });
});

describe("workflows", () => {
  const read = (name: string) => readFileSync(path.join(ROOT, ".github/workflows", name), "utf8");

  it("CI is the script that any machine can run", () => {
    const { jobs } = parse(read("ci.yml"));
    const runs = Object.values(jobs as Record<string, { steps: { run?: string }[] }>)
      .flatMap(({ steps }) => steps)
      .flatMap(({ run }) => run ?? []);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatch(/\.ci\/run$/);
  });

  it("the platforms that nobody has tried are said to be so", () => {
    const text = read("platforms.yml");
    const { jobs, on } = parse(text);
    expect(jobs.platform.strategy.matrix.os).toEqual(
      expect.arrayContaining([expect.stringMatching(/^macos/), expect.stringMatching(/^windows/)]),
    );
    // Started by hand until it has run once.
    expect(Object.keys(on)).toEqual(["workflow_dispatch"]);
    expect(text).toContain("HAS NOT RUN YET");
    expect(readPage("docs/limits.md").text).toContain("it has not run yet");
  });
});
