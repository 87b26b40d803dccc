import path from "node:path";

// What is done with the page, and how long it takes. Times are taken in the page, to its next frame.

/** @typedef {import("playwright-core").Page} Page */

/**
 * Opens the page: milliseconds until its first rows stand with their scores, and until the agreement does.
 *
 * @param {Page} page
 * @param {string} url
 */
export async function loadTime(page, url) {
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForSelector(".lines tbody tr", { timeout: 120_000 });
  const rows = await page.evaluate(() => performance.now());
  await page.waitForSelector("[data-compared]", { timeout: 120_000 });
  const figures = await page.evaluate(() => performance.now());
  return { rows, figures };
}

/**
 * Waits for the evaluation: milliseconds since the page was opened.
 *
 * @param {Page} page
 */
export async function evaluationTime(page) {
  await page.waitForSelector(".part", { timeout: 1_200_000 });
  return page.evaluate(() => performance.now());
}

/**
 * Names of the records in view.
 *
 * @param {Page} page
 */
export function rowsOf(page) {
  return page.$$eval(".lines tbody th", (cells) => cells.map((cell) => cell.textContent ?? ""));
}

/**
 * The correlations that the page shows of these layers, row by row, with all their digits.
 *
 * @param {Page} page
 * @param {string} layers
 */
export async function figuresOf(page, layers) {
  await page.fill("#layers-spec", layers);
  await page.press("#layers-spec", "Enter");
  await page.waitForSelector(`[data-layers="${layers}"]`, { timeout: 10_000 });
  return page.$$eval("[data-compared] td[data-value]", (cells) =>
    cells.map((cell) => cell.getAttribute("data-value")),
  );
}

/**
 * Does something in the page: milliseconds until the next frame, until the rows follow, and until all
 * figures do.
 *
 * @param {Page} page
 * @param {"band" | "contrast" | "sort" | "search" | "scroll" | "line"} name
 */
export async function answerTime(page, name) {
  if (name === "band" || name === "contrast") {
    await page.click(`.choice label:has-text("${name}") input`);
    await page.waitForTimeout(1500);
  }
  if (name === "scroll") {
    // A search may leave nothing to scroll through.
    await page.fill("input[type=search]", "");
    await page.waitForTimeout(1500);
  }
  const times = await page.evaluate(actInPage, name);
  return /** @type {{ paint: number, rows: number, all: number }} */ (times);
}

/**
 * Runs in the page.
 *
 * @param {string} name
 */
async function actInPage(name) {
  const at = (/** @type {string} */ selector) => document.querySelector(selector);
  const shown = () => Number(at("[data-shown]")?.getAttribute("data-shown"));
  const compared = () => Number(at("[data-compared]")?.getAttribute("data-compared"));
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const set = (/** @type {HTMLInputElement} */ input, /** @type {string} */ value) => {
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const before = shown();
  const first = at(".lines tbody tr")?.id;
  const start = performance.now();
  const sliders = /** @type {NodeListOf<HTMLInputElement>} */ (
    document.querySelectorAll(".slider input")
  );
  const acts = {
    band: () => sliders[0] && set(sliders[0], "2"),
    contrast: () => sliders[0] && set(sliders[0], "0.75"),
    sort: () =>
      /** @type {HTMLElement} */ (at('.lines th button[title="of the layers in hand"]')).click(),
    search: () => set(/** @type {HTMLInputElement} */ (at("input[type=search]")), "99"),
    scroll: () => {
      const box = /** @type {HTMLElement} */ (at(".lines"));
      box.scrollTop = box.scrollHeight / 2;
    },
    line: () => /** @type {HTMLElement} */ (at(".lines tbody tr:nth-child(12)")).click(),
  };
  acts[/** @type {keyof typeof acts} */ (name)]();
  await frame();
  const paint = performance.now() - start;
  const done = {
    scroll: () => at(".lines tbody tr")?.id !== first,
    line: () => at(".line-panel svg") !== null,
  };
  const rowsDone = done[/** @type {keyof typeof done} */ (name)] ?? (() => shown() > before);
  while (!rowsDone()) await frame();
  await frame();
  const rows = performance.now() - start;
  while (!(name in done) && !(compared() > before)) await frame();
  const all = performance.now() - start;
  return { paint: Math.round(paint), rows: Math.round(rows), all: Math.round(all) };
}

/**
 * Pictures of the page: light, dark, as narrow as a phone, and as it is printed.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 * @param {string} folder
 */
export async function takePictures(browser, url, folder) {
  for (const [name, colorScheme, width, height] of /** @type {const} */ ([
    ["light", "light", 1440, 1000],
    ["dark", "dark", 1440, 1000],
    ["phone", "light", 390, 844],
    ["phone-dark", "dark", 390, 844],
  ])) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme });
    await loadTime(page, url);
    await evaluationTime(page);
    await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
    await page.click('.choice label:has-text("weights") input');
    await page.click(".lines tbody tr:nth-child(3)");
    await page.waitForSelector(".line-panel svg");
    await page.waitForTimeout(500);
    await page.screenshot({ path: path.join(folder, `${name}-line.png`), fullPage: true });
    if (name === "light") await page.pdf({ path: path.join(folder, "print.pdf"), format: "A4" });
    await page.close();
  }
}
