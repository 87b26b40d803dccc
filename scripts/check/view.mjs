// Looks at `lager view` in a headless browser: `npm run check:view [-- RUN…]`, after `npm run build:ts`.
//
// A made-up run of 100 000 lines and 30 layers is shown, or the runs that are named. Measured and checked:
// how long it takes to load and to answer, whether the figures are those of `lager eval --json`, and that
// nothing is asked of any other address and nothing is complained of. Pictures go to build/view.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { runProgram } from "./run-program.mjs";
import { writeLargeRun } from "./view/large-run.mjs";
import {
  ACTS,
  answerTimes,
  askForEvaluation,
  evaluationTime,
  figuresOf,
  loadTime,
  rowsOf,
  takePictures,
} from "./view/look.mjs";
import { lagerView, MAIN } from "./view/serve.mjs";

const MOST_LOADING_MS = 3000;
const MOST_ANSWERING_MS = 100;
const LINES = 100_000;
const NAMES = ["spearman", "pearson", "kendall", "partialSpearman"];
/** Browsers round the last bit of an exponential as they like; ranks do not notice. */
const MOST_ROUNDING = 1e-13;
/** Lines whose figures are compared with those of `lager eval`, which also resamples them. */
const FEW_LINES = 2000;
const PICTURES = fileURLToPath(new URL("../../build/view", import.meta.url));

/** @type {string[]} */
const complaints = [];

/**
 * @param {boolean} holds
 * @param {string} what
 */
function check(holds, what) {
  console.log(`${holds ? "ok  " : "FAIL"} ${what}`);
  if (!holds) complaints.push(what);
}

const named = process.argv.slice(2);
const folder = await mkdtemp(path.join(tmpdir(), "lager-view-"));
await mkdir(PICTURES, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
});
try {
  const large = path.join(folder, "large.jsonl");
  const small = path.join(folder, "small.jsonl");
  if (named.length === 0) {
    console.log(`writing ${LINES} lines …`);
    await writeLargeRun(large, LINES);
    await writeLargeRun(small, FEW_LINES);
  }
  const runs = named.length === 0 ? [large] : named;
  await look(runs);
  const few = named.length === 0 ? [small] : named;
  await compareFigures(few);
  await lookAtFile(few);
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = complaints.length === 0 ? 0 : 1;

/**
 * The page as it is served.
 *
 * @param {readonly string[]} runs
 */
async function look(runs) {
  const view = await lagerView(runs);
  console.log(`     read and served after ${view.took.toFixed(0)} ms`);
  const page = await watchedPage(view.url);
  const loaded = await loadTime(page, view.url);
  const size = await page.evaluate(() => performance.getEntriesByType("resource").length);
  check(loaded.rows < MOST_LOADING_MS, `rows stand after ${loaded.rows.toFixed(0)} ms`);
  check(
    loaded.figures < MOST_LOADING_MS,
    `agreement stands after ${loaded.figures.toFixed(0)} ms (${size} requests)`,
  );
  await answers(page, "before the evaluation");
  const asked = await askForEvaluation(page);
  await answers(page, "while it is computed");
  const evaluated = await evaluationTime(page);
  console.log(
    `     the evaluation stood ${((evaluated - asked) / 1000).toFixed(1)} s after it was asked for`,
  );
  await answers(page, "after it");
  await page.close();
  check((await view.end()) === 0, "Ctrl-C ends it with exit 0");
}

/**
 * How long the page takes to answer, the slowest of several inputs of each kind.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} when
 */
async function answers(page, when) {
  for (const name of ACTS) {
    const times = await answerTimes(page, name);
    const text = (/** @type {"rows" | "figures" | "charts"} */ what) =>
      times.map((each) => each[what].toFixed(0)).join(" ");
    const slowest = Math.max(...times.map(({ figures }) => figures));
    check(
      slowest < MOST_ANSWERING_MS,
      `${name} ${when}: rows ${text("rows")}, figures ${text("figures")}, charts ${text("charts")} ms; ` +
        `load ${loadavg()[0]?.toFixed(1)}`,
    );
  }
}

/**
 * What the page says of runs, beside what `lager eval` says.
 *
 * @param {readonly string[]} runs
 */
async function compareFigures(runs) {
  const view = await lagerView(runs);
  const page = await watchedPage(view.url);
  await loadTime(page, view.url);
  await sameFigures(page, runs);
  await page.close();
  await takePictures(browser, view.url, PICTURES);
  await view.end();
}

/**
 * The page as a file.
 *
 * @param {readonly string[]} runs
 */
async function lookAtFile(runs) {
  const file = path.join(folder, "page.html");
  await runProgram(process.execPath, [MAIN, "view", ...runs, "--export", file, "-q"]);
  const url = pathToFileURL(file).href;
  const page = await watchedPage(url);
  await page.context().setOffline(true);
  const loaded = await loadTime(page, url);
  console.log(`     as a file: agreement stands after ${loaded.figures.toFixed(0)} ms`);
  check((await rowsOf(page)).length > 0, "the file shows its lines without a network");
  check((await page.locator("#run").count()) === 1, "and its evaluation");
  if (named.length === 0) {
    await page.fill("input[type=search]", "What is 77 times");
    await page.waitForFunction(() => document.querySelectorAll(".lines tbody tr").length === 4);
    check(
      (await rowsOf(page)).every((name) => name === "record-77"),
      "it finds lines by their texts",
    );
    await page.click(".lines tbody tr");
    await page.waitForSelector('.texts pre:has-text("It is 5929.")');
    check(true, "and shows these");
  }
  await page.close();
}

/**
 * A page of which every request, complaint and error is noticed.
 *
 * @param {string} url
 */
async function watchedPage(url) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  page.on("request", (request) => {
    const own = request.url();
    if (!own.startsWith(url) && !/^(blob|data):/.test(own)) check(false, `no request for ${own}`);
  });
  page.on("console", (message) => {
    if (/error|warning/.test(message.type())) check(false, `no complaint: ${message.text()}`);
  });
  page.on("pageerror", (error) => check(false, `no error: ${error.message}`));
  return page;
}

/**
 * What the page shows of the first run is what `lager eval --json` says of it.
 *
 * @param {import("playwright-core").Page} page
 * @param {readonly string[]} runs
 */
async function sameFigures(page, runs) {
  for (const layers of ["contrast:0.65", "weights:3=0.25,7=-0.5,9=1", "2-9"]) {
    const found = await figuresOf(page, layers);
    const args = ["eval", runs[0] ?? "", "--layers", layers, "--json", "--resamples", "1", "-q"];
    const { stdout } = await runProgram(process.execPath, [MAIN, ...args]);
    const result = JSON.parse(stdout);
    const scopes = [result, ...Object.values(result.criteria), result.pooled];
    const expected = (scopes.length === 3 ? [scopes[1]] : scopes).flatMap((scope) => {
      const own = scope.methods.find((/** @type {any} */ each) => each.method === "chosen");
      return NAMES.map((name) => own[name].value ?? Number.NaN);
    });
    const differences = expected.map((value, i) => Math.abs(value - Number(found[i])));
    const ranks = differences.filter((_, i) => NAMES[i % NAMES.length] !== "pearson");
    check(
      found.length === expected.length && ranks.every((each) => !(each > 0)),
      `${layers}: ${ranks.length} rank correlations are those of lager eval, bit by bit`,
    );
    const most = Math.max(...differences.filter((each) => !Number.isNaN(each)));
    check(most < MOST_ROUNDING, `${layers}: Pearson's differ by ${most} at the most`);
  }
}
