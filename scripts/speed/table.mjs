import { TITLES } from "./contenders/start.mjs";
import { isMet, keyFigures, promptsPerSecond, speedRatio, total } from "./figures.mjs";

/**
 * What run.mjs writes. `settings` without the paths of this machine.
 *
 * @typedef {{date: string, machine: ReturnType<typeof import("./machine.mjs").describeMachine>,
 *   versions: Readonly<Record<string, string | null>>}} Described
 * @typedef {Described & {sets: SetResult[], scaling?: Scaling,
 *   startup?: import("./startup.mjs").Startup}} Results
 * @typedef {import("./measure.mjs").SetResult} SetResult
 * @typedef {import("./scaling.mjs").Scaling} Scaling
 */

/**
 * The results as text: what each contender did, then the figures and whether they are as wanted.
 *
 * @param {Results} results
 */
export function resultsText(results) {
  const blocks = [machineLine(results), ...results.sets.map(setTable)];
  if (results.scaling !== undefined) blocks.push(scalingTable(results.scaling));
  blocks.push(figureTable(keyFigures(results)));
  return `${blocks.join("\n\n")}\n`;
}

/** @param {Described} results */
function machineLine(results) {
  return `${results.date}, ${hardwareOf(results)}\n${softwareOf(results)}`;
}

/** @param {Described} results */
export function hardwareOf({ machine }) {
  return `${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB`;
}

/** @param {Described} results */
export function softwareOf({ versions }) {
  return Object.entries(versions)
    .filter(([, version]) => version !== null)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
}

/** @param {SetResult} set */
function setTable(set) {
  const readings = set.measured.ours?.length ?? 0;
  const items = total(set, "ours", "items");
  const prompts = total(set, "ours", "prompts");
  const title = `${set.name}: ${set.judge} (${set.quantization}), ${items} items, ${prompts} prompts, ${readings} readings of blocks`;
  const rows = Object.entries(set.measured).map(([name, measured]) => [
    TITLES[name] ?? name,
    String(measured.length),
    promptsPerSecond(set, name).toFixed(2),
    speedRatio(set, name, "ours").value.toFixed(2),
    differenceOf(measured),
  ]);
  const header = ["contender", "readings", "prompts/s", "against ours", "score differs by"];
  return `${title}\n${columns([header, ...rows])}`;
}

/**
 * The largest difference of its scores to ours: shows that it judged the same prompts.
 *
 * @param {readonly import("./figures.mjs").MeasuredBlock[]} blocks
 */
function differenceOf(blocks) {
  const differences = blocks.flatMap(({ difference }) => difference ?? []);
  return differences.length === 0 ? "" : Math.max(...differences).toFixed(3);
}

/** @param {Scaling} scaling */
function scalingTable({ judge, runs }) {
  const rows = runs.map(({ items, seconds, millisecondsPerItem, peakMiB }) => [
    String(items),
    seconds.toFixed(1),
    millisecondsPerItem.toFixed(2),
    peakMiB.toFixed(0),
  ]);
  const header = ["items", "seconds", "ms an item", "peak MiB"];
  return `scaling: ${judge}, one thread\n${columns([header, ...rows])}`;
}

/** @param {readonly import("./figures.mjs").KeyFigure[]} figures */
function figureTable(figures) {
  const rows = figures.map((figure) => {
    const met = isMet(figure);
    return [
      figure.where,
      figure.what,
      shown(figure.value, figure.unit),
      interval(figure),
      bound(figure),
      met === null ? "" : met ? "yes" : "NO",
    ];
  });
  return columns([["set", "figure", "measured", "95 % interval", "wanted", "met"], ...rows]);
}

/** @param {import("./figures.mjs").Figure} figure */
function interval({ low, high, unit }) {
  return low === undefined || high === undefined
    ? ""
    : `${shown(low, unit)} … ${shown(high, unit)}`;
}

/** @param {import("./figures.mjs").Figure} figure */
function bound({ least, most, unit }) {
  if (least !== undefined) return `at least ${shown(least, unit)}`;
  return most === undefined ? "" : `at most ${shown(most, unit)}`;
}

/** Digits behind the point, where there are any. */
const PLACES = new Map([
  ["s", 2],
  ["ms", 2],
  ["items/s", 3],
  ["prompts/s", 2],
  ["tokens/s", 1],
]);

/**
 * @param {number} value
 * @param {string} unit
 */
function shown(value, unit) {
  if (unit === "%") return `${(value * 100).toFixed(1)} %`;
  if (unit === "×") return `${value.toFixed(3)} ×`;
  return `${value.toFixed(PLACES.get(unit) ?? 0)} ${unit}`;
}

/**
 * Rows of cells, of which the first is the head, under each other.
 *
 * @param {readonly (readonly string[])[]} rows
 */
function columns(rows) {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
