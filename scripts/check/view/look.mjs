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
 * Asks for the evaluation, where the page waits to be asked: milliseconds since the page was opened.
 *
 * @param {Page} page
 */
export async function askForEvaluation(page) {
  const button = page.locator('#evaluation button:text-is("compute it")');
  if (await button.isVisible()) await button.click();
  return page.evaluate(() => performance.now());
}

/**
 * Waits for the evaluation: milliseconds since the page was opened.
 *
 * @param {Page} page
 */
export async function evaluationTime(page) {
  await page.waitForSelector(".part:not(#evaluation)", { timeout: 1_200_000 });
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
 * @typedef {object} Answer Milliseconds from an input to the end of the frame that shows
 * @property {number} rows what the table makes of it; of a line, its panel with its chart,
 * @property {number} figures and the agreement with people,
 * @property {number} charts and the histograms.
 */

/** Inputs of a kind, each of which changes something. */
const INPUTS = {
  band: ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"],
  contrast: ["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowRight", "ArrowRight"],
  sort: ["score", "human", "− human", "record", "score"],
  search: ["9", "9", "Backspace", "8", "8"],
  scroll: ["0.5", "0.75", "0.1", "0.3", "0.9"],
  line: ["ArrowDown", "PageDown", "ArrowUp", "PageDown", "ArrowDown"],
};

export const ACTS = /** @type {(keyof typeof INPUTS)[]} */ (Object.keys(INPUTS));

/** Between two inputs everything that follows the first one comes to rest. */
const REST_MS = 1200;

/**
 * Does something in the page several times, each time with everything at rest before it.
 *
 * @param {Page} page
 * @param {keyof typeof INPUTS} name
 * @returns {Promise<Answer[]>}
 */
export async function answerTimes(page, name) {
  if (name === "band" || name === "contrast") {
    await page.click(`.choice label:has-text("${name}") input`);
    await page.focus(".slider input");
  }
  if (name === "search") await page.focus("input[type=search]");
  if (name === "line") await page.focus(".lines table");
  // A search may leave nothing to scroll through.
  if (name === "scroll") await page.fill("input[type=search]", "");
  const answers = [];
  for (const input of INPUTS[name]) {
    await page.waitForTimeout(REST_MS);
    if (name === "sort") await page.focus(`.lines th button:text-is("${input}")`);
    await page.evaluate(armInPage, name);
    if (name === "scroll") await page.evaluate(scrollInPage, Number(input));
    else await page.keyboard.press(name === "sort" ? "Enter" : input);
    answers.push(/** @type {Answer} */ (await page.evaluate("window.answer")));
  }
  if (name === "line") await page.click(".line-panel button[aria-label='close the line']");
  return answers;
}

/**
 * Runs in the page: waits for the input, and leaves the promise of its answer behind. Times are counted from
 * the event's own time stamp, when the browser took it in.
 *
 * @param {string} name
 */
function armInPage(name) {
  const at = (/** @type {string} */ selector) => document.querySelector(selector);
  // Of several elements the one that is behind the others counts.
  const number = (/** @type {string} */ attribute) =>
    Math.min(
      ...[...document.querySelectorAll(`[${attribute}]`)].map((each) =>
        Number(each.getAttribute(attribute)),
      ),
    );
  const before = ["data-shown", "data-compared", "data-drawn"].map(number);
  const isNew = (/** @type {string} */ attribute, /** @type {number} */ place) => () =>
    number(attribute) > (before[place] ?? 0);
  const lineBefore = at(".line-panel svg");
  const placeBefore = at(".lines tbody tr")?.getAttribute("aria-rowindex");
  const isRows =
    {
      line: () => at(".line-panel svg") !== null && at(".line-panel svg") !== lineBefore,
      scroll: () => at(".lines tbody tr")?.getAttribute("aria-rowindex") !== placeBefore,
    }[name] ?? isNew("data-shown", 0);
  const followsLayers = name === "band" || name === "contrast";
  const type = name === "scroll" ? "dragged" : "keydown";
  const started = new Promise((resolve) =>
    window.addEventListener(type, ({ timeStamp }) => resolve(timeStamp), {
      capture: true,
      once: true,
    }),
  );
  const shown = async (/** @type {() => boolean} */ isDone) => {
    await new Promise((resolve) => {
      const look = () => {
        if (!isDone()) return;
        observer.disconnect();
        resolve(null);
      };
      const observer = new MutationObserver(look);
      observer.observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    // The next frame has it; behind that frame the time is taken.
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - (await started);
  };
  /** @type {(error: Error) => void} */
  let lost = () => {};
  const isLost = /** @type {Promise<never>} */ (
    new Promise((_, reject) => {
      lost = reject;
    })
  );
  isLost.catch(() => {});
  const wait = async () => {
    // Nothing takes so long: the input has missed what it was meant for.
    setTimeout(() => lost(new Error(`${name} was not answered`)), 10_000);
    const waited = [
      shown(isRows),
      ...(followsLayers ? [shown(isNew("data-compared", 1)), shown(isNew("data-drawn", 2))] : []),
    ];
    const [rows = 0, figures = rows, charts = rows] = await Promise.race([
      Promise.all(waited),
      isLost,
    ]);
    return { rows, figures, charts };
  };
  Object.assign(window, { answer: wait() });
}

/**
 * Runs in the page: goes to another place of the table, as dragging its scroll bar does.
 *
 * @param {number} share
 */
function scrollInPage(share) {
  const box = /** @type {HTMLElement} */ (document.querySelector(".lines"));
  window.dispatchEvent(new Event("dragged"));
  box.scrollTop = box.scrollHeight * share;
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
