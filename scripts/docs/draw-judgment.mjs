// Draws one judgment through the layers: what each layer would have said, and what all say together.
//
//     npm start && node scripts/docs/draw-judgment.mjs lager-quickstart.jsonl egg-good correctness
//
// Writes docs/public/judgment.svg, the README's picture. It takes its colours from the reader's light
// or dark scheme, and needs no font and no network.
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { readRunItem } from "../../dist/index.js";

/**
 * @typedef {import("../../dist/index.js").RunHeader} RunHeader
 * @typedef {import("../../dist/index.js").Score} Score
 */

const CELL = { width: 21, height: 30 };
const GRID = { left: 76, top: 62 };
const BARS = { gap: 44, width: 118 };

const [file, id, criterion] = process.argv.slice(2);
if (file === undefined || id === undefined || criterion === undefined) {
  console.error("usage: node scripts/docs/draw-judgment.mjs RUN ID CRITERION");
  process.exit(2);
}
const { header, lines } = await readRunItem(file, id);
const line = lines.find((each) => each.criterion === criterion);
if (line?.kind !== "score") throw new Error(`${file} has no score of ${id} on ${criterion}`);
const out = fileURLToPath(new URL("../../docs/public/judgment.svg", import.meta.url));
await writeFile(out, draw(header, line));
console.log(out);

/**
 * @param {RunHeader} header
 * @param {Score} line
 */
function draw({ judge, labels, values }, line) {
  // Row 0 is the token embedding, which no layer has worked on.
  const [node] = line.nodes;
  if (node === undefined || line.nodes.length > 1) throw new Error("labels of one token are drawn");
  const layers = Array.from({ length: judge.layers }, (_, layer) =>
    softmax([...node.normed.subarray((layer + 1) * labels.length, (layer + 2) * labels.length)]),
  );
  const grid = { right: GRID.left + layers.length * CELL.width, bottom: rowTop(-1) };
  const barsLeft = grid.right + BARS.gap;
  const width = barsLeft + BARS.width + 62;
  const height = grid.bottom + 74;
  const last = layers.at(-1) ?? [];
  // What is hardly there is left out: the picture is read over the network.
  const cells = layers.flatMap((p, l) =>
    p.flatMap((share, k) => (share < 0.005 ? [] : cell(l, k, share))),
  );
  const vanilla = values[last.indexOf(Math.max(...last))];
  const figures =
    `score ${line.score.toFixed(2)} · last layer alone: e-score ${expectation(last).toFixed(2)}, ` +
    `vanilla ${vanilla}${line.human === undefined ? "" : ` · human score ${line.human}`}`;
  const what = `${judge.name}, item ${line.id}, criterion ${line.criterion}`;

  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">
<title id="title">One judgment through the layers: ${what}</title>
<desc id="desc">A column for each layer from 1 to ${layers.length}; the darker a cell, the more probable that label after that layer. A line follows each layer's expected score. At the right the distribution of all layers together. ${figures}.</desc>
<style>
  svg { --ink: #1f2328; --soft: #59636e; --cell: #0969da; --line: #bc4c00; --empty: #eaeef2; }
  @media (prefers-color-scheme: dark) {
    svg { --ink: #f0f6fc; --soft: #9198a1; --cell: #58a6ff; --line: #ffa657; --empty: #212830; }
  }
  text { font: 13px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: var(--ink); }
  .soft { fill: var(--soft); font-size: 12px; }
  .head { font-weight: 600; font-size: 15px; }
  .empty { fill: var(--empty); }
  .cell { fill: var(--cell); }
  .mean { fill: none; stroke: var(--line); stroke-width: 2; stroke-linejoin: round; }
  .dot { fill: var(--line); }
  .axis { stroke: var(--soft); }
</style>
<text class="head" x="${GRID.left}" y="24">What each layer would say</text>
<text class="soft" x="${GRID.left}" y="44">${what}</text>
<text class="head" x="${barsLeft}" y="24">All layers together</text>
<text class="soft" x="${barsLeft}" y="44">one score: ${line.score.toFixed(2)}</text>
${labels.map((label, k) => `<text x="${GRID.left - 12}" y="${rowMiddle(k) + 5}" text-anchor="end">${label}</text>`).join("\n")}
<text class="soft" x="18" y="${(GRID.top + grid.bottom) / 2}" transform="rotate(-90 18 ${(GRID.top + grid.bottom) / 2})" text-anchor="middle">label</text>
<rect class="empty" x="${GRID.left}" y="${GRID.top}" width="${layers.length * CELL.width}" height="${labels.length * CELL.height}"/>
${cells.join("\n")}
<polyline class="mean" points="${layers.map((p, l) => `${columnMiddle(l)},${scoreHeight(expectation(p))}`).join(" ")}"/>
${layers.map((p, l) => `<circle class="dot" cx="${columnMiddle(l)}" cy="${scoreHeight(expectation(p))}" r="3"/>`).join("\n")}
${layers.map((_, l) => (l === 0 || (l + 1) % 5 === 0 ? `<text class="soft" x="${columnMiddle(l)}" y="${grid.bottom + 18}" text-anchor="middle">${l + 1}</text>` : "")).join("")}
<text class="soft" x="${(GRID.left + grid.right) / 2}" y="${grid.bottom + 36}" text-anchor="middle">layer (blue: probability of the label, orange: expected score)</text>
${line.probabilities.map((share, k) => bar(barsLeft, k, share)).join("\n")}
<line class="axis" x1="${barsLeft}" x2="${barsLeft}" y1="${GRID.top}" y2="${grid.bottom}"/>
<circle class="dot" cx="${barsLeft}" cy="${scoreHeight(line.score)}" r="5"/>
<text x="${GRID.left}" y="${grid.bottom + 62}">${figures}</text>
</svg>
`;

  /**
   * Top of a label's row; the largest value is on top.
   *
   * @param {number} k
   */
  function rowTop(k) {
    return GRID.top + (labels.length - 1 - k) * CELL.height;
  }
  /** @param {number} k */
  function rowMiddle(k) {
    return rowTop(k) + CELL.height / 2;
  }
  /** @param {number} l */
  function columnMiddle(l) {
    return GRID.left + (l + 0.5) * CELL.width;
  }
  /**
   * Where a score lies between the rows of the smallest and the largest value.
   *
   * @param {number} score
   */
  function scoreHeight(score) {
    const [lowest, highest] = [values[0] ?? Number.NaN, values.at(-1) ?? Number.NaN];
    const share = (score - lowest) / (highest - lowest);
    return (rowMiddle(0) + share * (rowMiddle(labels.length - 1) - rowMiddle(0))).toFixed(1);
  }
  /** @param {readonly number[]} p */
  function expectation(p) {
    return p.reduce((sum, share, k) => sum + share * (values[k] ?? Number.NaN), 0);
  }
  /**
   * @param {number} l
   * @param {number} k
   * @param {number} share
   */
  function cell(l, k, share) {
    const [x, y] = [GRID.left + l * CELL.width, rowTop(k)];
    return `<rect class="cell" x="${x}" y="${y}" width="${CELL.width - 1}" height="${CELL.height - 1}" opacity="${share.toFixed(2)}"/>`;
  }
  /**
   * @param {number} left
   * @param {number} k
   * @param {number} share
   */
  function bar(left, k, share) {
    const length = share * BARS.width;
    return `<rect class="cell" x="${left}" y="${rowTop(k) + 4}" width="${length.toFixed(1)}" height="${CELL.height - 8}"/><text class="soft" x="${(left + length + 6).toFixed(1)}" y="${rowMiddle(k) + 4}">${(100 * share).toFixed(0)} %</text>`;
  }
}

/** @param {readonly number[]} logits */
function softmax(logits) {
  const largest = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp(logit - largest));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}
