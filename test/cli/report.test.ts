import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { DOMParser } from "linkedom";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { madeUpHeader, madeUpScores, noisyLayers, runText } from "../fixtures/made-up-run.ts";
import { BROWSER, startBrowser } from "../support/browser.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";

/** Enough lines for several pages of the table. */
const RECORDS = 80;
const FEW = ["--resamples", "50"];
const SCREENSHOTS = path.resolve("build/report");

/** A record id and a prompt that would break out of a page that does not escape them. */
const HOSTILE_ID = '</script><script>document.title="broken out"</script><b>&"\'';
const HOSTILE_PROMPT = 'Judge </pre><script>document.title="broken out"</script> this';

/** Writes a run of so many records, one of them hostile. */
async function writeHostileRun(folder: string, records: number): Promise<string> {
  const layers = noisyLayers();
  const scores = madeUpScores(records, { layers }).map((line) => ({
    ...line,
    id: line.id === "r3" ? HOSTILE_ID : line.id,
    prompt: HOSTILE_PROMPT,
  }));
  const file = path.join(folder, "run.jsonl");
  await writeFile(file, runText(madeUpHeader(layers), ...scores));
  return file;
}

async function runFile(records: number): Promise<string> {
  return writeHostileRun(await scratchFolder(), records);
}

it("charts are written as files that stand alone", async () => {
  const run = await runFile(20);
  const folder = path.join(path.dirname(run), "charts");
  const { exitCode, stdout } = await lager(["report", run, "--svg", "-o", folder, ...FEW]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
  const names = await readdir(folder);
  expect(names).toEqual(expect.arrayContaining(["layer-curve.svg", "methods.svg"]));
  for (const name of names) {
    const svg = await readFile(path.join(folder, name), "utf8");
    const root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    expect(root?.querySelector("title")?.textContent).not.toBe("");
    expect(svg).toContain("prefers-color-scheme:dark");
    expect(svg, "a colour that only the page knows").not.toContain("var(--");
  }
  const again = await lager(["report", run, "--svg", "-o", folder, ...FEW]);
  expect(again.exitCode).toBe(2);
  expect(again.stderr).toContain("OUTPUT_EXISTS");
});

it("runs, ratings and weights are not replaced by what is made of them", async () => {
  const run = await runFile(3);
  const before = await readFile(run, "utf8");
  const folder = path.dirname(run);
  const states = path.join(folder, "run.hidden.safetensors");
  await writeFile(states, "");
  const again = path.join(folder, "..", path.basename(folder), "run.jsonl");
  for (const args of [
    ["report", run, "--force", "-o", again],
    ["report", run, "--force", "-o", states],
    ["eval", run, "--force", "--html", again],
    ["tune", run, "--force", "-o", again],
    ["tune", run, "--force", "--from", states, "-o", states],
    ["label", "plan", run, "-n", "1", "--force", "-o", again],
    ["label", run, "--data", states, "-o", states],
  ]) {
    const { exitCode, stderr } = await lager(args);
    expect({ args, exitCode, stderr }).toMatchObject({ exitCode: 2 });
    expect(stderr).toContain("INVALID_ARGUMENT");
    expect(stderr).toContain("would be replaced");
  }
  expect(await readFile(run, "utf8")).toBe(before);
});

it("a page that is there already is not replaced", async () => {
  const page = path.join(await scratchFolder(), "page.html");
  await writeFile(page, "precious");
  const run = await runFile(10);
  const { exitCode, stderr } = await lager(["report", run, "-o", page, ...FEW]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("OUTPUT_EXISTS");
});

if (BROWSER === null) {
  console.warn("NO BROWSER: the report's page was not looked at. Install chromium.");
}

describe.skipIf(BROWSER === null)("the page in a browser", () => {
  let browser: Awaited<ReturnType<typeof startBrowser>>;
  let page: Page;
  let result: {
    methods: {
      method: string;
      spearman: { value: number | null };
      kendall: { value: number | null };
    }[];
  };
  const complaints: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    const folder = path.resolve("build/report");
    await mkdir(folder, { recursive: true });
    const run = await writeHostileRun(folder, RECORDS);
    const file = path.join(folder, "report.html");
    const evaluated = await lager(["eval", run, "--json", "--html", file, "--force", ...FEW]);
    expect({ exitCode: evaluated.exitCode, stderr: evaluated.stderr }).toMatchObject({
      exitCode: 0,
    });
    result = JSON.parse(evaluated.stdout);
    browser = await startBrowser(BROWSER ?? "");
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
  });

  afterAll(() => browser?.close());

  it("the table holds the figures of --json", async () => {
    expect(result.methods.length).toBeGreaterThan(5);
    const figure = (value: number | null): string =>
      value === null ? "–" : value.toFixed(3).replace(/^-(?!0\.000)/, "−");
    for (const { method, spearman, kendall } of result.methods) {
      const row = page.locator(`.methods tr[data-method="${method}"]`);
      const cell = (name: string): Promise<string> =>
        row
          .locator(`[data-figure="${name}"]`)
          .evaluate((node) => node.firstChild?.textContent ?? "");
      expect(await cell("spearman"), method).toBe(figure(spearman.value));
      expect(await cell("kendall"), method).toBe(figure(kendall.value));
    }
  });

  it("texts of the run stay texts", async () => {
    expect(await page.title()).toBe("made-up, judged by made-up");
    await page.fill('input[name="record"]', "</script>");
    expect(await page.locator(".items tbody th").allTextContents()).toEqual([
      HOSTILE_ID,
      HOSTILE_ID,
    ]);
    await page.fill('input[name="record"]', "");
  });

  it("the table sorts by the keyboard, filters and turns its pages", async () => {
    const heading = page.getByRole("button", { name: "human", exact: true });
    await heading.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    const column = await page
      .locator(".items thead th")
      .allTextContents()
      .then((names) => names.indexOf("human"));
    const humans = (
      await page.locator(`.items tbody td:nth-child(${column + 1})`).allTextContents()
    ).map(Number);
    expect(humans).toHaveLength(50);
    expect(humans).toEqual([...humans].sort((a, b) => a - b));
    expect(await page.locator('.items th[aria-sort="ascending"]').textContent()).toBe("human");
    await page.selectOption('select[name="criterion"]', { label: "depth" });
    expect(await page.locator(".items output").textContent()).toBe(`${RECORDS} lines`);
    await page.getByRole("button", { name: "Next →" }).click();
    expect(await page.locator(".pages span").textContent()).toBe("51–80 of 80");
  });

  it("every chart has a name, and a picture shows each item's layers", async () => {
    const names = await page
      .locator("svg.chart")
      .evaluateAll((charts) => charts.map((chart) => chart.getAttribute("aria-label")));
    expect(names.length).toBeGreaterThan(10);
    expect(names.every((name) => name !== null && name !== "")).toBe(true);
    // 5 layers with the token embedding, 3 labels.
    expect(await page.locator("#item-1 svg rect title").count()).toBe(15);
  });

  it("light, dark and on a phone it fits, says nothing on the console and asks no network", async () => {
    for (const [name, width, scheme] of [
      ["light", 1200, "light"],
      ["dark", 1200, "dark"],
      ["phone", 390, "dark"],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
      const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      expect(overflow, name).toBeLessThanOrEqual(0);
      await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), fullPage: true });
    }
    const background = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const dark = await background();
    await page.click("#theme");
    expect(await background(), "the button wins over the system").not.toBe(dark);
    expect(complaints).toEqual([]);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatch(/^file:/);
  });
});
