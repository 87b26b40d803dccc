import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { DOMParser } from "linkedom";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lagerView } from "../../scripts/check/view/serve.mjs";
import { servedPage } from "../../src/present/view/view-page.ts";
import { readRunTable } from "../../src/run/read-run-table.ts";
import type { MakeReport } from "../../src/workflows/view/report-on-call.ts";
import { serveView } from "../../src/workflows/view/serve-view.ts";
import { madeUpHeader, madeUpScores, noisyLayers, runText } from "../fixtures/made-up-run.ts";
import { BROWSER, startBrowser } from "../support/browser.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";

/** More than are in view at once. */
const RECORDS = 80;
const FEW = ["--resamples", "50"];
const SCREENSHOTS = path.resolve("build/page");

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
  const { exitCode, stdout } = await lager(["view", run, "--svg", folder, ...FEW]);
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
  const again = await lager(["view", run, "--svg", folder, ...FEW]);
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
    ["view", run, "--force", "--export", again],
    ["view", run, "--force", "--static", "--export", states],
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
  for (const more of [[], ["--static"]]) {
    const { exitCode, stderr } = await lager(["view", run, "--export", page, ...more, ...FEW]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("OUTPUT_EXISTS");
  }
  expect(await readFile(page, "utf8")).toBe("precious");
});

it("a static page is small, as it has no lines and no logits; it goes with --export alone", async () => {
  const run = await runFile(80);
  const written = async (...more: string[]): Promise<string> => {
    const file = path.join(path.dirname(run), "page.html");
    const args = ["view", run, "--export", file, "--force", ...more, ...FEW];
    const { exitCode, stdout, stderr } = await lager(args);
    expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 0, stdout: "" });
    expect(stderr).toContain(`page: ${file}`);
    return readFile(file, "utf8");
  };
  const [whole, alone] = [await written(), await written("--static")];
  const methods = '<section class="part" id="methods"';
  expect([whole, alone].map((page) => page.includes(methods))).toEqual([true, true]);
  expect([whole, alone].map((page) => page.includes('id="data-0-normed"'))).toEqual([true, false]);
  expect(alone.length).toBeLessThan(whole.length / 2);
  const shown = [alone, await written("--static", "--no-texts"), await written("--no-texts")];
  expect(shown.map((page) => page.includes("Judge &lt;/pre&gt;"))).toEqual([true, false, false]);
  const { exitCode, stderr } = await lager(["view", run, "--static"]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 2 });
  expect(stderr).toContain("--static goes with --export");
});

it("lines without human scores have a page that claims no agreement", async () => {
  const folder = await scratchFolder();
  const run = path.join(folder, "run.jsonl");
  const layers = noisyLayers();
  const scores = madeUpScores(5, { layers }).map(({ human: _, ...line }) => line);
  await writeFile(run, runText(madeUpHeader(layers), ...scores));
  const file = path.join(folder, "page.html");
  const { exitCode, stderr } = await lager(["view", run, "--export", file, ...FEW]);
  expect(exitCode, stderr).toBe(0);
  const page = await readFile(file, "utf8");
  expect(page).toContain(
    "No line of this run has a human score: this page shows what the judge said",
  );
  expect(page).not.toContain('id="methods"');
});

if (BROWSER === null) {
  console.warn("NO BROWSER: the page was not looked at. Install chromium.");
}

describe.skipIf(BROWSER === null)("the page in a browser", () => {
  let browser: Awaited<ReturnType<typeof startBrowser>>;
  let page: Page;
  let run: string;
  let file: string;
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
    await mkdir(SCREENSHOTS, { recursive: true });
    run = await writeHostileRun(SCREENSHOTS, RECORDS);
    file = path.join(SCREENSHOTS, "page.html");
    const evaluated = await lager(["eval", run, "--json", ...FEW]);
    const exported = await lager(["view", run, "--export", file, "--force", ...FEW]);
    expect([evaluated.exitCode, exported.exitCode], exported.stderr).toEqual([0, 0]);
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
    await page.fill('input[type="search"]', "</script>");
    await expect
      .poll(() => page.locator(".lines tbody th").allTextContents())
      .toEqual([HOSTILE_ID, HOSTILE_ID]);
    await page.fill('input[type="search"]', "");
  });

  it("the table sorts by the keyboard, filters, and goes to its end", async () => {
    const heading = page.getByRole("button", { name: "human", exact: true });
    await heading.focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    const heads = await page.locator(".lines thead th").allTextContents();
    const column = heads.indexOf("human") + 1;
    const humans = async () =>
      (await page.locator(`.lines tbody td:nth-child(${column})`).allTextContents()).map(Number);
    await expect.poll(async () => (await humans())[0]).toBe(1);
    const shown = await humans();
    expect(shown.length).toBeGreaterThan(20);
    expect(shown).toEqual([...shown].sort((a, b) => a - b));
    expect(await page.locator('.lines th[aria-sort="ascending"]').textContent()).toBe("human");
    await page.selectOption(".items-part select", { label: "depth" });
    const count = page.locator(".items-part output");
    await expect.poll(() => count.textContent()).toBe(`${RECORDS} lines`);
    await page.locator(".lines table").focus();
    await page.keyboard.press("End");
    const last = page.locator('.lines tr[aria-selected="true"]');
    await expect.poll(() => last.getAttribute("aria-rowindex")).toBe(String(RECORDS + 1));
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
    expect(requests.filter((url) => !url.startsWith("blob:"))).toEqual([pathToFileURL(file).href]);
  });

  it("without a script its verdict and its sections are there, and it says what is not", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const bare = await context.newPage();
    await bare.goto(pathToFileURL(file).href);
    const text = await bare.locator("main").textContent();
    expect(await bare.locator("#methods").isVisible()).toBe(true);
    expect(await bare.locator("noscript p").isVisible()).toBe(true);
    expect(text).toContain(
      "The lines, and the layers in hand, need JavaScript; the evaluation below does not.",
    );
    expect(await bare.locator("svg.chart:visible").count()).toBeGreaterThan(10);
    await context.close();
  });

  it("printed it has the sections, and no controls", async () => {
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("#methods").isVisible()).toBe(true);
    for (const hidden of [".hands-on", ".top"]) {
      expect(await page.locator(hidden).isVisible(), hidden).toBe(false);
    }
    await page.emulateMedia({ media: "screen" });
  });

  it("served it takes ratings by keys: they are in the file, and the agreement follows", async () => {
    const output = path.join(await scratchFolder(), "ratings.jsonl");
    const view = await lagerView([run, ...FEW, "--ratings-out", output, "--rater", "anna"]);
    try {
      const served = await browser.newPage();
      served.on("console", (message) => complaints.push(message.text()));
      await served.goto(view.url, { waitUntil: "commit" });
      await served.click("#line-4");
      const said = served.locator(".rating output");
      expect(await said.textContent()).toBe("You have not scored this line.");
      await served.keyboard.press("2");
      await served.waitForSelector('.rating button[aria-pressed="true"]');
      expect(await said.textContent()).toBe("You said 2; it is saved.");
      const line = { id: "r2", criterion: "clarity", human: 2, rater: "anna" };
      expect(await readFile(output, "utf8")).toBe(`${JSON.stringify(line)}\n`);
      await served.click("#line-6");
      await served.keyboard.press("3");
      await served.waitForSelector('.agreement td:last-child:text-is("2")');
      await served.keyboard.press("u");
      await served.waitForSelector('.agreement td:last-child:text-is("1")');
      expect(await readFile(output, "utf8")).toBe(`${JSON.stringify(line)}\n`);
      const command = await served.getAttribute("[data-command]", "data-command");
      expect(command).toContain(`--ratings ${output}`);
      await served.reload();
      await served.click("#line-4");
      await served.waitForSelector('.rating button[aria-pressed="true"]');
      expect(complaints).toEqual([]);
      await served.close();
    } finally {
      await view.end();
    }
  });

  it("layers that are named are in hand at first, and evaluated as the method chosen", async () => {
    const named = path.join(SCREENSHOTS, "layers.html");
    const args = ["--layers", "contrast:0.5", "--export", named, "--force", "--no-texts", ...FEW];
    expect(await lager(["view", run, ...args])).toMatchObject({ exitCode: 0 });
    const own = await browser.newPage();
    await own.goto(pathToFileURL(named).href);
    await own.waitForSelector("[data-compared]");
    expect(await own.inputValue("#layers-spec")).toBe("contrast:0.5");
    const chosen = own.locator('.methods tr[data-method="chosen"] [data-figure="spearman"]');
    const inHand = await own.locator("[data-compared] td[data-value]").first().textContent();
    expect(await chosen.evaluate((node) => node.firstChild?.textContent)).toBe(inHand);
    await own.close();
  });

  it("served it shows its lines first, then the evaluation in its places", async () => {
    const view = await lagerView([run, ...FEW]);
    try {
      const served = await browser.newPage();
      served.on("console", (message) => complaints.push(message.text()));
      served.on("pageerror", (error) => complaints.push(error.message));
      await served.goto(view.url, { waitUntil: "commit" });
      await served.waitForSelector(".lines tbody tr");
      await served.waitForSelector("#methods");
      const lead = await served.locator("header .lead").textContent();
      expect(lead).toBe(await page.locator("header .lead").textContent());
      const links = (of: Page) => of.locator(".top nav a").allTextContents();
      expect(await links(served)).toEqual(await links(page));
      const alone = await (await fetch(`${view.url}report`)).text();
      expect(alone).toContain('<section class="part" id="methods"');
      expect(complaints).toEqual([]);
      await served.close();
    } finally {
      await view.end();
    }
  });

  it("served it waits with a long evaluation until somebody goes there, and gives it up when told", async () => {
    const table = await readRunTable([run]);
    // As long as a page says that it is.
    const { page: markup, policy } = await servedPage([{ ...table, lines: 6000 }]);
    const begun: (() => void)[] = [];
    let givenUp = 0;
    const report: MakeReport = ({ signal, onProgress }) =>
      new Promise((resolve, reject) => {
        onProgress(0.3);
        signal.addEventListener("abort", () => {
          givenUp++;
          reject(signal.reason);
        });
        const sections = '<section class="part" id="methods"></section>';
        begun.push(() => resolve({ markup: { head: "<h1></h1>", links: "", sections }, page: "" }));
      });
    await using view = await serveView({
      ...{ page: markup, policy, report, ratings: null, tables: [table], texts: [] },
    });
    const served = await browser.newPage();
    await served.goto(view.url);
    await served.waitForSelector("[data-compared]");
    expect(await served.locator("header .lead").textContent()).toMatch(
      /^With --layers all, Spearman/,
    );
    expect(begun).toHaveLength(0);
    await served.click('.top nav a[href="#evaluation"]');
    const call = served.locator("#evaluation .call");
    await expect.poll(() => call.textContent()).toContain("30\u202f% of the resamples");
    await call.getByRole("button", { name: "give up" }).click();
    await expect.poll(() => call.textContent()).toContain("It was given up.");
    await expect.poll(() => givenUp).toBe(1);
    await call.getByRole("button", { name: "compute it" }).click();
    await expect.poll(() => begun.length).toBe(2);
    begun[1]?.();
    await served.waitForSelector("#methods", { state: "attached" });
    expect(await served.locator("#evaluation").count()).toBe(0);
    await served.close();
  });
});
