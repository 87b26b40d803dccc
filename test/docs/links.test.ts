import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { inlineCode, type Page, ROOT, readPage, readPages } from "./pages.ts";

const pages = [...readPages(), readPage("CHANGELOG.md")];
const byPath = new Map(pages.map((page) => [page.path, page]));

/** Folders and files of the repository that text may name. */
const PATHS =
  /(?<![\w./@-])(?:src|scripts|native|test|examples|data|docs|\.github|\.ci)\/[\w./-]*/g;

/** What the site's build makes; it is not there in a checkout. */
const BUILT = ["docs/reference"];

/** Targets of a page's links and pictures. */
function links(page: Page): readonly string[] {
  return [...page.prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] as string);
}

/** Anchors of a page's headings, as GitHub and the site's settings make them. */
function anchors(page: Page): readonly string[] {
  return [...page.prose.matchAll(/^#{1,6} (.+)$/gm)].map((match) =>
    (match[1] as string)
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

const all = pages.flatMap((page) => links(page).map((link) => [page.path, link] as const));

it("pages link to each other", () => {
  expect(all.length).toBeGreaterThan(60);
});

it.each(all)("%s → %s", (from, link) => {
  if (/^https:\/\//.test(link)) return;
  const [file = "", anchor] = link.split("#");
  const target = file === "" ? from : path.posix.join(path.posix.dirname(from), file);
  expect(existsSync(path.join(ROOT, target)), `${target} is there`).toBe(true);
  if (anchor !== undefined) {
    const page = byPath.get(target);
    expect(page && anchors(page)).toContain(anchor);
  }
  // The site holds docs/ alone; pictures are copied into it.
  if (from.startsWith("docs/") && !/\.svg$/.test(file)) expect(target).toMatch(/^docs\//);
});

it("links are found wherever they stand", () => {
  const page = readPage("README.md");
  expect(links(page)).toEqual(expect.arrayContaining(["docs/public/judgment.svg", "CHANGELOG.md"]));
});

describe("every page can be reached", () => {
  it.each(
    [...byPath.keys()].filter((file) => file.startsWith("docs/") && file !== "docs/index.md"),
  )("%s", (file) => {
    const index = file.startsWith("docs/measurements/")
      ? "docs/measurements/index.md"
      : "docs/index.md";
    const from = file === "docs/measurements/index.md" ? "docs/index.md" : index;
    const targets = links(byPath.get(from) as Page).map((link) =>
      path.posix.join(path.posix.dirname(from), link),
    );
    expect(targets).toContain(file);
  });
});

describe("paths that the text names are there", () => {
  const named = pages
    .filter(({ path: file }) => file !== "CHANGELOG.md")
    .flatMap((page) =>
      [...inlineCode(page), ...page.blocks.map(({ text }) => text)]
        .flatMap((code) => [...code.matchAll(PATHS)].map(([name]) => name))
        .map((name) => [page.path, name] as const),
    )
    // NAME stands for any name, as in data/tasks/NAME.yaml.
    .filter(([, name]) => !/[A-Z]{3}/.test(path.basename(name, path.extname(name))))
    .filter(([, name]) => !BUILT.some((built) => name.startsWith(built)));

  it.each([...new Map(named.map((pair) => [pair.join(), pair])).values()])("%s: %s", (_, name) => {
    expect(existsSync(path.join(ROOT, name.replace(/[.*]+$/, "")))).toBe(true);
  });

  it("are many", () => {
    expect(named.length).toBeGreaterThan(30);
  });
});
