import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { ROOT, readPages } from "../docs/pages.ts";
import { startProcess } from "../support/run-process.ts";

const SITE = path.join(ROOT, "docs/.vitepress/dist");

// npm is a batch file there, which cannot be started without a shell.
it.skipIf(process.platform === "win32")(
  "the site is built without a warning, whole, and loads nothing from elsewhere",
  { timeout: 300_000 },
  async () => {
    const { exitCode, stdout, stderr } = await startProcess("npm", ["run", "docs"], { cwd: ROOT })
      .end;
    const said = stdout + stderr;
    expect(exitCode, said).toBe(0);
    expect(said).not.toMatch(/warn|deprecat|dead link|\(!\)/i);

    const files = readdirSync(SITE, { recursive: true, encoding: "utf8" });
    const pages = readPages().flatMap(({ path: file }) => /^docs\/(.*)\.md$/.exec(file)?.[1] ?? []);
    expect(files).toEqual(expect.arrayContaining(pages.map((page) => `${page}.html`)));
    expect(files).toContain("reference/index.html");

    const reference = readFileSync(path.join(SITE, "reference/index.html"), "utf8");
    const anchors = new Set([...reference.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]));
    const targets = [...reference.matchAll(/ href="#([^"]+)"/g)].map((match) => match[1]);
    expect(targets.length).toBeGreaterThan(100);
    expect(targets.filter((target) => !anchors.has(target))).toEqual([]);

    const loaded = files
      .filter((file) => /\.(html|css)$/.test(file))
      .flatMap((file) => [
        ...readFileSync(path.join(SITE, file), "utf8").matchAll(
          /(?:<script[^>]* src=|<link[^>]* href=|<img[^>]* src=|url\(|@import )["']?((?:https?:)?\/\/[^"')\s]+)/g,
        ),
      ])
      .map((match) => match[1]);
    expect(loaded).toEqual([]);
  },
);
