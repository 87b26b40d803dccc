// Draws results as SVG: speeds.svg, and scaling.svg where the results have a scaling run.
//
//   node scripts/speed/draw.mjs RESULTS [FOLDER]      (default: the folder of the results)
//
// Colours follow the reader's light or dark theme; there is no background.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { TITLES } from "./contenders/start.mjs";
import { promptsPerSecond, speedRatio, total } from "./figures.mjs";
import { hardwareOf, softwareOf } from "./table.mjs";

const WIDTH = 760;
const BAR = 24;
const LINE = 18;

const STYLE = `
text { fill: #24292f; font: 12px system-ui, sans-serif; }
.title { font-weight: 600; font-size: 14px; }
.note { fill: #57606a; }
.plot text { fill: currentColor; }
.plot { color: #57606a; --ours: #0969da; --engine: #8250df; --other: #afb8c1; --line: #0969da; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .note { fill: #9198a1; }
  .plot { color: #9198a1; --ours: #4493f8; --engine: #ab7df8; --other: #59636e; --line: #4493f8; }
}`;

/**
 * @typedef {import("./table.mjs").Results} Results
 * @typedef {import("./table.mjs").Described} Described
 * @typedef {import("./table.mjs").SetResult} SetResult
 * @typedef {{name: string, speed: number, label: string}} Bar
 * @typedef {{items: number, value: number}} Point
 */

/**
 * Which colour a contender has: this package, the limit for it, the others.
 *
 * @type {Readonly<Record<string, string>>}
 */
const COLORS = {
  ours: "var(--ours)",
  "ours-fast": "var(--ours)",
  bare: "var(--engine)",
  stock: "var(--engine)",
  capture: "var(--engine)",
};

/** @type {Readonly<Record<string, string>>} */
const SET_TITLES = {
  criteria: "all criteria of each reply",
  single: "one criterion of each reply",
  unshared: "one criterion of each reply, nothing shared",
  shuffled: "all criteria, replies out of file order",
  large: "all criteria of each reply",
};

const { document } = parseHTML("<!doctype html><body></body>");

const [file, folder = path.dirname(file ?? "")] = process.argv.slice(2);
if (file === undefined) {
  console.error("usage: node scripts/speed/draw.mjs RESULTS [FOLDER]");
  process.exit(2);
}
/** @type {Results} */
const results = JSON.parse(await readFile(file, "utf8"));
const drawings = { "speeds.svg": speeds(results), "scaling.svg": scaling(results) };
for (const [name, svg] of Object.entries(drawings)) {
  if (svg !== null) await writeFile(path.join(folder, name), svg);
}

/**
 * A bar for each contender's prompts a second, set by set.
 *
 * @param {Results} results
 */
function speeds({ sets, ...described }) {
  const compared = sets.filter(({ name }) => name in SET_TITLES);
  if (compared.length === 0) return null;
  /** @type {string[]} */
  const parts = [];
  let y = 0;
  for (const set of compared) {
    const bars = Object.keys(set.measured)
      .map((name) => ({ name, speed: promptsPerSecond(set, name), label: barLabel(set, name) }))
      .filter(({ speed }) => Number.isFinite(speed))
      .sort((a, b) => b.speed - a.speed);
    parts.push(text(setTitle(set), 0, y + LINE, "title"), at(0, y + LINE, barChart(bars)));
    y += LINE + bars.length * BAR + 22;
  }
  return page(parts, y, described, "Prompts scored a second; longer bars are better");
}

/**
 * @param {SetResult} set
 * @param {string} name
 */
function barLabel(set, name) {
  const { value: ratio } = speedRatio(set, "ours", name);
  const speed = promptsPerSecond(set, name);
  const shown = speed >= 10 ? speed.toFixed(1) : speed.toFixed(2);
  return name === "ours" ? shown : `${shown}  (ours ${ratio.toFixed(2)}×)`;
}

/** @param {SetResult} set */
function setTitle(set) {
  const judge = path.basename(set.judge, ".gguf");
  return `${judge} ${set.quantization}: ${SET_TITLES[set.name]} (${total(set, "ours", "prompts")} prompts)`;
}

/** @param {readonly Bar[]} bars */
function barChart(bars) {
  /** @param {Bar} bar */
  const title = ({ name }) => TITLES[name];
  return draw({
    width: WIDTH,
    height: bars.length * BAR + 10,
    ...{ marginLeft: 240, marginRight: 130, marginTop: 6, marginBottom: 4 },
    x: { axis: null, domain: [0, Math.max(...bars.map(({ speed }) => speed))] },
    y: { domain: bars.map(title), padding: 0.25 },
    marks: [
      Plot.axisY({ tickSize: 0, label: null, fontSize: 12 }),
      Plot.barX(bars, { x: "speed", y: title, fill: ({ name }) => COLORS[name] ?? "var(--other)" }),
      Plot.text(bars, {
        ...{ x: "speed", y: title, text: "label", textAnchor: "start", dx: 6, fontSize: 12 },
      }),
    ],
  });
}

/**
 * Time an item and peak memory against the number of items.
 *
 * @param {Results} results
 */
function scaling({ scaling: measured, ...described }) {
  if (measured === undefined) return null;
  /**
   * @param {"millisecondsPerItem" | "peakMiB"} figure
   * @param {string} title
   */
  const chart = (figure, title) =>
    lineChart(
      measured.runs.map((run) => ({ items: run.items, value: run[figure] })),
      title,
    );
  const half = WIDTH / 2;
  const parts = [
    text("lager score of short items, tiny generated judge, one thread", 0, LINE, "title"),
    at(0, LINE + 8, chart("millisecondsPerItem", "milliseconds an item, start included")),
    at(half, LINE + 8, chart("peakMiB", "peak memory, MiB")),
  ];
  return page(parts, LINE + 220, described, "Time and memory against the number of items");
}

/**
 * @param {readonly Point[]} points
 * @param {string} title
 */
function lineChart(points, title) {
  const most = Math.max(...points.map(({ value }) => value));
  return draw({
    width: WIDTH / 2 - 10,
    height: 200,
    ...{ marginLeft: 50, marginBottom: 36, marginTop: 26, marginRight: 30 },
    x: { type: "log", label: "items", labelAnchor: "center", labelArrow: "none" },
    y: { domain: [0, most * 1.15], label: title, labelArrow: "none", ticks: 4, grid: true },
    marks: [
      Plot.axisX({
        ticks: points.map(({ items }) => items),
        tickFormat: (items) => items.toLocaleString("en"),
        ...{ label: "items", labelAnchor: "center", labelArrow: "none" },
      }),
      Plot.line(points, { x: "items", y: "value", stroke: "var(--line)", strokeWidth: 2 }),
      Plot.dot(points, { x: "items", y: "value", fill: "var(--line)", r: 3 }),
      Plot.text(points, {
        ...{ x: "items", y: "value", dy: -11, dx: 4 },
        text: ({ value }) => (value >= 10 ? value.toFixed(0) : value.toFixed(2)),
      }),
    ],
  });
}

/** @param {Plot.PlotOptions} options */
function draw(options) {
  const svg = Plot.plot({ ...options, document });
  svg.querySelector("style")?.remove();
  svg.setAttribute("class", "plot");
  return svg.outerHTML.replaceAll(/(\d+\.\d{2})\d+/g, "$1");
}

/**
 * @param {readonly string[]} parts
 * @param {number} height
 * @param {Described} results
 * @param {string} label
 */
function page(parts, height, results, label) {
  const lines = [`${results.date} · ${hardwareOf(results)}`, softwareOf(results)];
  const notes = lines.map((line, i) => text(line, 0, height + (i + 1) * LINE, "note"));
  const tall = height + lines.length * LINE + 10;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 -4 ${WIDTH + 20} ${tall}" ` +
    `width="${WIDTH + 20}" height="${tall}" role="img" aria-label="${escaped(label)}">` +
    `<style>${STYLE}\n</style>\n${[...parts, ...notes].join("\n")}\n</svg>\n`
  );
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} svg
 */
function at(x, y, svg) {
  return `<g transform="translate(${x} ${y})">${svg}</g>`;
}

/**
 * @param {string} content
 * @param {number} x
 * @param {number} y
 * @param {string} name
 */
function text(content, x, y, name) {
  return `<text class="${name}" x="${x}" y="${y}">${escaped(content)}</text>`;
}

/** @param {string} content */
function escaped(content) {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
