import { expect, it } from "vitest";
import { compareSystems } from "../../src/analysis/compare/compare-systems.ts";
import type { CriterionComparison } from "../../src/analysis/compare/comparison-result.ts";
import { choiceScores, layerChoice } from "../../src/analysis/eval/layer-choice.ts";
import { type SystemDifference, SystemPairs } from "../../src/browser/system-pairs.ts";
import { readRunTable } from "../../src/run/read-run-table.ts";
import { madeUpHeader, madeUpScores, noisyLayers, writeRun } from "../fixtures/made-up-run.ts";

const LAYERS = noisyLayers();
const SPEC = "contrast:0.4";
const HOW = { hasInterval: true, rest: async () => {} };

/** A run file of so many records, and its scores under the layers in hand. */
async function run(records: number, seed: number) {
  const scores = madeUpScores(records, { layers: LAYERS, seed });
  const file = await writeRun(madeUpHeader(LAYERS), ...scores);
  const table = await readRunTable([file]);
  return { file, table, scores: choiceScores(table, layerChoice(table, SPEC, "normed")) };
}

/** What the page shows of a pair that `lager compare` has compared. */
function shown(
  criterion: string | null,
  of: CriterionComparison | null | undefined,
  second: string,
) {
  const pair = of?.pairs.find((each) => each.second === second);
  const { n, difference, wins, ties, losses } = pair ?? {};
  return { criterion, n, ...difference, wins, ties, losses };
}

it("two systems of a run differ as lager compare says with the same layers, bit by bit", async () => {
  const { file, table, scores } = await run(60, 1);
  const pairs = SystemPairs.ofSystems(table);
  const found = await pairs.compare([0, 1], [scores, scores], HOW);
  const { criteria, overall } = await compareSystems([file], { by: "system", layers: SPEC });
  expect(found).toEqual([
    shown(null, overall, "s1"),
    shown("clarity", criteria.clarity, "s1"),
    shown("depth", criteria.depth, "s1"),
  ]);
  const [first] = await pairs.compare([1, 0], [scores, scores], HOW);
  expect(first?.value).toBeCloseTo(-(found[0]?.value ?? 0), 12);
});

it("all systems of a run stand as in lager compare, corrected for the number of pairs, bit by bit", async () => {
  const { file, table, scores } = await run(60, 1);
  const ranking = await SystemPairs.ofSystems(table).rank(scores, HOW.rest);
  const { overall } = await compareSystems([file], { by: "system", layers: SPEC });
  expect(ranking.standings.length).toBeGreaterThan(2);
  expect(ranking.standings).toEqual(
    overall?.leaderboard.map(({ system, n, mean }) => ({ system, n, mean })),
  );
  expect(ranking.pairs).toEqual(
    overall?.pairs.map(({ first, second, difference, pHolm, settled }) => {
      return { first, second, difference, pHolm, settled };
    }),
  );
  expect(ranking.pairs.some(({ pHolm }) => (pHolm ?? 0) > 0)).toBe(true);
});

it("so do two runs, and without intervals their means are the same", async () => {
  const [one, other] = [await run(30, 1), await run(25, 2)];
  const pairs = SystemPairs.ofRuns(one.table, other.table);
  const scores = [one.scores, other.scores] as const;
  const found = await pairs.compare([0, 1], scores, HOW);
  const { criteria, overall } = await compareSystems([one.file, other.file], { layers: SPEC });
  expect(found).toEqual([
    shown(null, overall, other.file),
    shown("clarity", criteria.clarity, other.file),
    shown("depth", criteria.depth, other.file),
  ]);
  const quick = await pairs.compare([0, 1], scores, { ...HOW, hasInterval: false });
  const without = ({ low: _, high: __, ...rest }: SystemDifference) => rest;
  expect(quick.map(without)).toEqual(found.map(without));
  expect(quick[0]).toMatchObject({ low: null, high: null });
});
