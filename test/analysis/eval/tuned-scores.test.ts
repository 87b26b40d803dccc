import { describe, expect, it } from "vitest";
import type { EvalResult } from "../../../src/analysis/eval/eval-result.ts";
import { evaluateRun } from "../../../src/analysis/eval/evaluate-run.ts";
import { spearman } from "../../../src/analysis/stats/correlation.ts";
import { applyWeights } from "../../../src/scoring/score/apply-weights.ts";
import type { Score } from "../../../src/scoring/score/outcome.ts";
import { rowKey, taskSha256 } from "../../../src/scoring/weights/fingerprints.ts";
import {
  type KernelWeights,
  type LagerWeights,
  type RidgeWeights,
  type Weights,
  weightsSha256,
} from "../../../src/scoring/weights/weights-format.ts";
import { MADE_UP_HEADER, madeUpScores, writeRun } from "../../fixtures/made-up-run.ts";
import { KERNEL, LAGER, RIDGE } from "../../scoring/weights/example-weights.ts";
import { rejection } from "../../support/errors.ts";

const SCOPE = {
  judge: MADE_UP_HEADER.judge,
  layerSet: { spec: "all", layers: [1, 2, 3] },
  task: {
    name: "made-up",
    sha256: taskSha256(MADE_UP_HEADER.task),
    criteria: ["clarity", "depth"],
  },
  training: { ...LAGER.training, rowKeys: [] },
  outOfFold: { keys: [], scores: [] },
};

/** All weight on layer 2, which knows the human score. */
const KNOWING: LagerWeights = {
  ...LAGER,
  ...SCOPE,
  layerWeights: [0, 1, 0],
  parameters: { theta: [0, 50, 0], alpha: 0.5 },
};

const LINEAR_MAPS: RidgeWeights = {
  ...RIDGE,
  ...SCOPE,
  layerWeights: [0, 1, 0.25],
  featureWeights: [0, 1, 0.25, 0, 0, 0, 0, 0, 0],
  parameters: {
    criteria: { clarity: { offset: 0.25, coefficients: [0, 0.75, 0.25, 0, 0, 0.25, 0, 0, 0.125] } },
    pooled: { offset: 4, coefficients: [0, -1, 0, 0, 0, 0, 0.25, 0, 0] },
  },
};

const KERNEL_ROWS: KernelWeights = {
  ...LINEAR_MAPS,
  recipe: "kernel",
  parameters: {
    maps: LINEAR_MAPS.parameters,
    kernel: {
      ...KERNEL.parameters.kernel,
      rows: [0.25, -1.5].map((value) => Array.from({ length: 9 }, (_, i) => value + i / 8)),
      criterionOf: [1, 0],
      dual: [0.5, -0.25],
      standards: {
        criteria: { depth: standard(0.75) },
        pooled: standard(1.25),
      },
    },
  },
};

function standard(spread: number) {
  const nine = (value: number) => Array.from({ length: 9 }, () => value);
  return { means: nine(0.125), deviations: nine(1.5), spread };
}

async function evaluate(lines: readonly Score[], weights: Weights): Promise<EvalResult> {
  const file = await writeRun(MADE_UP_HEADER, ...lines);
  return evaluateRun([file], { resamples: 20, weights: { file: "w.json", weights } });
}

function tuned(result: EvalResult, criterion: string) {
  return result.criteria[criterion]?.methods.find(({ method }) => method === "lager-tuned");
}

describe("lager-tuned", () => {
  it.each([
    ["lager", KNOWING],
    ["ridge", LINEAR_MAPS],
    ["kernel", KERNEL_ROWS],
  ])("gives the scores that scoring with the weights gives: %s", async (_, weights) => {
    const lines = madeUpScores(30);
    const result = await evaluate(lines, weights);
    const expected = lines.map((line) => applyWeights(weights, line).score);
    const listed = result.items.scores["lager-tuned"] ?? [];
    expect(listed).toHaveLength(lines.length);
    for (const [i, score] of listed.entries()) {
      if (weights.recipe === "lager") expect(score).toBeCloseTo(expected[i] ?? 9, 6);
      else expect(score).toBe(expected[i]);
    }
    const own = lines.flatMap((line, i) => (line.criterion === "clarity" ? [i] : []));
    const value = spearman(
      own.map((i) => expected[i] ?? 9),
      own.map((i) => lines[i]?.human ?? 9),
    ).value;
    expect(tuned(result, "clarity")?.spearman.value).toBeCloseTo(value ?? 9, 6);
    expect(result.tuned).toMatchObject({ scoring: "held-out", overlap: 0, sameTask: true });
    expect(result.mainMethods).toContain("lager-tuned");
    expect(result.comparisons.some(({ method }) => method === "lager-tuned")).toBe(true);
  });

  it("never scores a training row by weights that saw it: out-of-fold scores, as recorded", async () => {
    const lines = madeUpScores(20);
    const training = lines.slice(0, 30);
    const keys = training.map(rowKey);
    const weights: Weights = {
      ...KNOWING,
      training: { ...KNOWING.training, rowKeys: [...keys].sort() },
      outOfFold: { keys, scores: keys.map((_, i) => 1 + (i % 7) / 4) },
    };
    const result = await evaluate(lines, weights);
    const listed = result.items.scores["lager-tuned"] ?? [];
    expect(listed.slice(0, 30)).toEqual(weights.outOfFold?.scores);
    expect(listed[35]).toBeCloseTo(applyWeights(weights, lines[35] as Score).score, 6);
    expect(result.tuned).toMatchObject({ scoring: "out-of-fold", overlap: 30 });
    expect(result.notes.join()).toContain("30 of the 40 lines");
  });

  it("leaves training rows out where the file has no such scores, and says so", async () => {
    const lines = madeUpScores(20);
    const rowKeys = lines.filter(({ criterion }) => criterion === "clarity").map(rowKey);
    const result = await evaluate(lines, {
      ...KNOWING,
      training: { ...KNOWING.training, rowKeys },
    });
    expect(tuned(result, "clarity")).toMatchObject({ n: 0, withoutScore: 20 });
    expect(tuned(result, "clarity")?.spearman.value).toBeNull();
    expect(tuned(result, "depth")).toMatchObject({ n: 20 });
    expect(result.tuned).toMatchObject({ scoring: "left-out", overlap: 20 });
    expect(result.notes.join()).toContain("they have no tuned score");
    expect(result.notes.join()).toContain(
      "20 lines are of groups of records that the weights were learned from",
    );
  });

  it("refuses weights of another judge, and says when they come from another task", async () => {
    const judge = { ...KNOWING.judge, sha256: "cd".repeat(32) };
    const error = await rejection(
      evaluate(madeUpScores(5), { ...KNOWING, judge }),
      "WEIGHTS_MISMATCH",
    );
    expect(error.place).toMatchObject({ file: "w.json", field: "judge.sha256" });
    const run = await writeRun(MADE_UP_HEADER, ...madeUpScores(5));
    const direct = { ...KNOWING, condition: "direct" } as const;
    const { notes } = await evaluateRun([run], { weights: { file: "w", weights: direct } });
    expect(notes.join()).toContain("under the condition direct");
    const task = { ...KNOWING.task, name: "other", sha256: "00" };
    const result = await evaluate(madeUpScores(5), { ...KNOWING, task });
    expect(result.tuned).toMatchObject({ task: "other", sameTask: false });
    expect(result.notes.join()).toContain("learned on another task (other)");
  });

  it("says when the run's own scores are those of weights which it was not given", async () => {
    const own = { recipe: "lager", sha256: weightsSha256(KNOWING) } as const;
    const header = { ...MADE_UP_HEADER, options: { ...MADE_UP_HEADER.options, weights: own } };
    const file = await writeRun(header, ...madeUpScores(5));
    const notes = async (weights: Weights | null): Promise<string> => {
      const given = weights === null ? {} : { weights: { file: "w.json", weights } };
      return (await evaluateRun([file], { resamples: 20, ...given })).notes.join();
    };
    const note = /those of learned weights \(recipe lager\)/;
    expect(await notes(null)).toMatch(note);
    expect(await notes(LINEAR_MAPS)).toMatch(note);
    expect(await notes(KNOWING)).not.toMatch(note);
  });

  it("shows the weights and the learning curve that the file recorded", async () => {
    const result = await evaluate(madeUpScores(5), LINEAR_MAPS);
    expect(result.layerWeights.map(({ method, kind }) => [method, kind])).toEqual([
      ["lager", "share"],
      ["lager-tuned", "coefficient"],
    ]);
    expect(result.learningCurve?.points).toEqual([
      { labels: 20, spearman: 0.1, low: 0, high: 0.2 },
    ]);
  });
});
