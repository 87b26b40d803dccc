import { TITLES } from "./contenders/start.mjs";
import { isMet, keyFigures, promptsPerSecond, speedRatio, total } from "./figures.mjs";

/** The results as text: what each contender did, then the figures and whether they are as wanted. */
export function resultsText(results) {
  const blocks = [machineLine(results), ...results.sets.map(setTable)];
  if (results.scaling !== undefined) blocks.push(scalingTable(results.scaling));
  blocks.push(figureTable(keyFigures(results)));
  return `${blocks.join("\n\n")}\n`;
}

function machineLine({ date, machine, versions }) {
  const software = Object.entries(versions)
    .filter(([, version]) => version !== null)
    .map(([name, version]) => `${name} ${version}`);
  return `${date}, ${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB\n${software.join(", ")}`;
}

function setTable(set) {
  const blocks = set.measured.ours.length;
  const items = total(set, "ours", "items");
  const prompts = total(set, "ours", "prompts");
  const title = `${set.name}: ${set.judge} (${set.quantization}), ${items} items, ${prompts} prompts, ${blocks} blocks`;
  const rows = Object.keys(set.measured).map((name) => [
    TITLES[name],
    String(set.measured[name].length),
    promptsPerSecond(set, name).toFixed(2),
    `${(1 / speedRatio(set, "ours", name)).toFixed(2)}`,
    differenceOf(set.measured[name]),
  ]);
  const header = ["contender", "blocks", "prompts/s", "against ours", "score differs by"];
  return `${title}\n${columns([header, ...rows])}`;
}

/** The largest difference of its scores to ours: shows that it judged the same prompts. */
function differenceOf(entries) {
  const differences = entries.map(({ difference }) => difference).filter((d) => d !== undefined);
  return differences.length === 0 ? "" : Math.max(...differences).toFixed(3);
}

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

function figureTable(figures) {
  const rows = figures.map((figure) => {
    const met = isMet(figure);
    return [
      figure.where,
      figure.what,
      shown(figure.value, figure.unit),
      bound(figure),
      met === null ? "" : met ? "yes" : "NO",
    ];
  });
  return columns([["set", "figure", "measured", "wanted", "met"], ...rows]);
}

function bound({ least, most, unit }) {
  if (least !== undefined) return `at least ${shown(least, unit)}`;
  return most === undefined ? "" : `at most ${shown(most, unit)}`;
}

function shown(value, unit) {
  if (unit === "%") return `${(value * 100).toFixed(1)} %`;
  if (unit === "×") return `${value.toFixed(3)} ×`;
  const places = { s: 2, ms: 2, "items/s": 3, "tokens/s": 1 }[unit] ?? 0;
  return `${value.toFixed(places)} ${unit}`;
}

function columns(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
