import { lineName } from "../../run/line-key.ts";
import type { RunTable } from "../../run/run-table.ts";
import { type Disagreement, type ItemList, MOST_LISTED_ITEMS } from "./eval-result.ts";
import { ownLayers } from "./layer-choice.ts";
import { lineDistribution } from "./layer-scores.ts";
import type { MethodScores } from "./method.ts";

/** So many disagreements are shown with all their layers. */
const DISAGREEMENTS = 12;

/** The first items of a run, as columns. */
export function listItems(table: RunTable, main: readonly MethodScores[]): ItemList {
  const listed = Array.from(
    { length: Math.min(table.lines, MOST_LISTED_ITEMS) },
    (_, line) => line,
  );
  return {
    total: table.lines,
    ids: listed.map((line) => lineName(table, line).id),
    criteria: listed.map((line) => table.criterionOf[line] as number),
    criterionNames: table.criteria,
    human: listed.map((line) => finiteOrNull(table.human[line])),
    system: listed.map((line) => table.systems[table.systemOf[line] ?? -1] ?? null),
    responseLength: listed.map((line) => finiteOrNull(table.responseLength[line])),
    scores: Object.fromEntries(
      main.map(({ method, scores }) => [method, listed.map((line) => finiteOrNull(scores[line]))]),
    ),
  };
}

/**
 * The items on which the main methods differ most. `vanilla` does not count: it differs from the
 * expectation by up to half a label wherever a distribution is wide.
 */
export function findDisagreements(table: RunTable, main: readonly MethodScores[]): Disagreement[] {
  const compared = main.filter(({ method }) => method !== "vanilla");
  const spreads = new Float64Array(table.lines);
  for (let line = 0; line < table.lines; line++) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const { scores } of compared) {
      const score = scores[line] ?? Number.NaN;
      if (Number.isNaN(score)) continue;
      low = Math.min(low, score);
      high = Math.max(high, score);
    }
    spreads[line] = high - low;
  }
  const order = Array.from(spreads.keys()).filter((line) => (spreads[line] as number) > 0);
  order.sort((a, b) => (spreads[b] as number) - (spreads[a] as number) || a - b);
  const { projection } = ownLayers(table);
  const distribution = lineDistribution(table, projection);
  return order.slice(0, DISAGREEMENTS).map((line) => ({
    ...lineName(table, line),
    human: finiteOrNull(table.human[line]),
    scores: Object.fromEntries(
      main.map(({ method, scores }) => [method, finiteOrNull(scores[line])]),
    ),
    spread: spreads[line] as number,
    probabilities: Array.from({ length: table.header.judge.layers + 1 }, (_, layer) => {
      distribution.layer(line, layer);
      const p = Array.from(distribution.probabilities);
      return p.some(Number.isNaN) ? null : p;
    }),
  }));
}

function finiteOrNull(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}
