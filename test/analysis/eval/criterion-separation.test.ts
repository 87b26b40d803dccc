import { describe, expect, it } from "vitest";
import { evaluateRun } from "../../../src/analysis/eval/evaluate-run.ts";
import { spearman } from "../../../src/analysis/stats/correlation.ts";
import type { Score } from "../../../src/scoring/score/outcome.ts";
import { MADE_UP_HEADER, madeUpScores, writeRun } from "../../fixtures/made-up-run.ts";

const LINES = madeUpScores(60);

async function separationOf(lines: readonly Score[]) {
  const file = await writeRun(MADE_UP_HEADER, ...lines);
  const { separation } = await evaluateRun([file], { resamples: 200 });
  return separation;
}

/** Spearman of a record's two figures over the records. */
function between(figure: (line: Score) => number, lines: readonly Score[]): number {
  const of = (criterion: string) =>
    lines.filter((line) => line.criterion === criterion).map(figure);
  return spearman(of("clarity"), of("depth")).value ?? 9;
}

describe("criterion separation", () => {
  it("is how far a record's scores on two criteria agree, people's and each method's", async () => {
    const separation = await separationOf(LINES);
    expect(separation?.pairs).toBe(1);
    expect(separation?.human.value).toBeCloseTo(
      between(({ human = 9 }) => human, LINES),
      12,
    );
    const own = (name: string) =>
      separation?.methods.find(({ method }) => method === name)?.agreement;
    expect(own("e-score")?.value).toBeCloseTo(
      between(({ eScore }) => eScore, LINES),
      6,
    );
    expect(own("lager")?.value).toBeCloseTo(
      between(({ score }) => score, LINES),
      6,
    );
    expect(own("lager")?.low).toBeLessThan(own("lager")?.value ?? -2);
    expect(own("lager")?.high).toBeGreaterThan(own("lager")?.value ?? 2);
    // The same for all criteria, and so no figure of it.
    expect(own("response-length")).toBeUndefined();
  });

  it("takes records that people scored on both criteria", async () => {
    const { human: _, ...unlabelled } = LINES[1] as Score;
    const separation = await separationOf([LINES[0] as Score, unlabelled, ...LINES.slice(2)]);
    const both = LINES.slice(2);
    expect(separation?.human.value).toBeCloseTo(
      between(({ human = 9 }) => human, both),
      12,
    );
  });

  it("is 1 for a judge that does not read the criterion, and says where there is none", async () => {
    const deaf = LINES.map((line, i) =>
      i % 2 === 0 ? line : { ...(LINES[i - 1] as Score), criterion: "depth" },
    );
    const separation = await separationOf(deaf);
    for (const { method, agreement } of separation?.methods ?? []) {
      if (agreement.value !== null) expect(agreement.value, method).toBeCloseTo(1, 12);
    }
    const constant = LINES.map((line) => ({
      ...line,
      human: line.criterion === "depth" ? 2 : line.human,
    }));
    expect((await separationOf(constant as Score[]))?.human).toMatchObject({
      value: null,
      reason: "constant-scores",
    });
    expect(await separationOf(LINES.filter(({ criterion }) => criterion === "depth"))).toBeNull();
  });
});
