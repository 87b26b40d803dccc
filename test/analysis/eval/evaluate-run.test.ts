import { describe, expect, it } from "vitest";
import {
  type EvalResult,
  evalJson,
  type MethodFigures,
} from "../../../src/analysis/eval/eval-result.ts";
import { evaluateRun } from "../../../src/analysis/eval/evaluate-run.ts";
import { evaluateRuns } from "../../../src/analysis/eval/evaluate-runs.ts";
import { kendall, pearson, spearman } from "../../../src/analysis/stats/correlation.ts";
import type { Failure } from "../../../src/input/dataset/failure.ts";
import type { Outcome, Score } from "../../../src/scoring/score/outcome.ts";
import { MADE_UP_HEADER, madeUpScores, writeRun } from "../../fixtures/made-up-run.ts";
import { rejection } from "../../support/errors.ts";

const FAILED_RECORD: Failure = {
  kind: "failure",
  id: "broken",
  criterion: null,
  code: "EMPTY_RESPONSE",
  message: "the response is empty",
};

const FAILED_LINE: Failure = { ...FAILED_RECORD, criterion: "depth", code: "PROMPT_TOO_LONG" };

async function evaluate(
  lines: readonly Outcome[],
  options: Parameters<typeof evaluateRun>[1] = {},
): Promise<EvalResult> {
  const file = await writeRun(MADE_UP_HEADER, ...lines);
  return evaluateRun([file], { resamples: 100, ...options });
}

function method(methods: readonly MethodFigures[], name: string): MethodFigures {
  const found = methods.find((each) => each.method === name);
  if (found === undefined) throw new Error(`no method ${name}`);
  return found;
}

describe("evaluateRun", () => {
  it("finds the correlations of what scoring itself recorded, criterion by criterion", async () => {
    const lines = madeUpScores(80);
    const result = await evaluate(lines);
    for (const criterion of ["clarity", "depth"]) {
      const own = lines.filter((line) => line.criterion === criterion);
      const human = own.map((line) => line.human ?? Number.NaN);
      const methods = result.criteria[criterion]?.methods ?? [];
      for (const [name, scores] of [
        ["vanilla", own.map((line) => line.vanilla)],
        ["e-score", own.map((line) => line.eScore)],
        ["lager", own.map((line) => line.score)],
        ["response-length", own.map((line) => line.responseLength ?? Number.NaN)],
      ] as const) {
        const figures = method(methods, name);
        // Run files hold float32, the evaluation computes in float64.
        expect(figures.spearman.value).toBeCloseTo(spearman(scores, human).value ?? 2, 6);
        expect(figures.pearson.value).toBeCloseTo(pearson(scores, human).value ?? 2, 6);
        expect(figures.kendall.value).toBeCloseTo(kendall(scores, human).value ?? 2, 6);
        expect(figures).toMatchObject({ n: 80, withoutScore: 0 });
      }
    }
  });

  it("takes means over the criteria, and pools all lines as one sample", async () => {
    const lines = madeUpScores(60);
    const result = await evaluate(lines);
    const own = (name: string): number[] =>
      Object.values(result.criteria).map(
        (scope) => method(scope.methods, name).spearman.value ?? 2,
      );
    const [first = 2, second = 2] = own("lager");
    expect(method(result.methods, "lager").spearman.value).toBeCloseTo((first + second) / 2, 14);
    expect(method(result.methods, "lager").n).toBe(120);
    const pooled = spearman(
      lines.map((line) => line.score),
      lines.map((line) => line.human ?? Number.NaN),
    );
    expect(method(result.pooled.methods, "lager").spearman.value).toBeCloseTo(pooled.value ?? 2, 6);
  });

  it("sees which layer knows, and that it is surely better than the last", async () => {
    const result = await evaluate(madeUpScores(60));
    const layers = result.layers.filter(({ projection }) => projection === "normed");
    expect(layers.map(({ layer }) => layer)).toEqual([1, 2, 3]);
    expect(layers[0]?.spearman).toEqual({
      value: null,
      low: null,
      high: null,
      reason: "undefined-in-a-criterion",
    });
    expect(layers[1]?.spearman).toMatchObject({
      value: expect.closeTo(1, 12),
      low: expect.closeTo(1, 12),
    });
    expect(layers[2]?.spearman.value).toBe(method(result.methods, "e-score").spearman.value);
    expect(Math.abs(layers[2]?.spearman.value ?? 1)).toBeLessThan(0.3);
    const comparison = result.comparisons.find((each) => each.method === "lager");
    expect(comparison).toMatchObject({ baseline: "e-score", n: 120 });
    expect(comparison?.spearman.won).toBe(1);
    expect(comparison?.spearman.low).toBeGreaterThan(0);
    const { value = 0, low, high } = method(result.methods, "e-score").spearman;
    expect(low).toBeLessThan(value ?? 0);
    expect(high).toBeGreaterThan(value ?? 0);
  });

  it("counts items without a score, and does not drop them", async () => {
    const lines = madeUpScores(20).map((line, i) => {
      if (i > 1) return line;
      const { human, ...rest } = line;
      return rest;
    });
    const result = await evaluate([...lines, FAILED_RECORD, { ...FAILED_LINE, id: "long" }]);
    expect(result.counts).toEqual({
      records: 22,
      failedRecords: 1,
      lines: 43,
      scored: 40,
      failed: 3,
      failures: { EMPTY_RESPONSE: 2, PROMPT_TOO_LONG: 1 },
      evaluated: 38,
      withoutHuman: 2,
    });
    expect(result.criteria.clarity?.counts).toMatchObject({ lines: 21, failed: 1, evaluated: 19 });
    expect(method(result.criteria.depth?.methods ?? [], "lager")).toMatchObject({
      n: 19,
      withoutScore: 2,
    });
    expect(method(result.methods, "lager")).toMatchObject({ n: 38, withoutScore: 3 });
  });

  it("compares on the lines that both methods have, where one has gaps", async () => {
    const lines = madeUpScores(30).map((line, i) => {
      if (i % 3 !== 0) return line;
      const { responseLength, ...rest } = line;
      return rest;
    });
    const result = await evaluate(lines);
    const having = lines.filter((line) => "responseLength" in line && line.criterion === "depth");
    const scope = result.criteria.depth;
    expect(method(scope?.methods ?? [], "response-length").n).toBe(having.length);
    const comparison = scope?.comparisons.find((each) => each.method === "response-length");
    const human = having.map((line) => line.human ?? Number.NaN);
    const lengths = having.map((line) =>
      "responseLength" in line ? Number(line.responseLength) : Number.NaN,
    );
    const expected =
      (spearman(lengths, human).value ?? 9) -
      (spearman(
        having.map((line) => line.eScore),
        human,
      ).value ?? 9);
    expect(comparison?.n).toBe(having.length);
    expect(comparison?.spearman.difference).toBeCloseTo(expected, 6);
  });

  it("gives the same for the same seed, and other intervals for another", async () => {
    const file = await writeRun(MADE_UP_HEADER, ...madeUpScores(30));
    const run = (seed: number) => evaluateRun([file], { resamples: 60, seed });
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    const other = await run(2);
    expect(method(other.methods, "lager").spearman.value).toBe(
      method(first.methods, "lager").spearman.value,
    );
    expect(method(other.methods, "lager").spearman.low).not.toBe(
      method(first.methods, "lager").spearman.low,
    );
  });

  it("draws groups of records, or records where that is asked for", async () => {
    const lines = madeUpScores(30);
    const byRecord = await evaluate(lines, { unit: "record" });
    expect(byRecord.bootstrap).toMatchObject({ unit: "record", units: 30, bags: 1 });
    const { bootstrap } = await evaluate(lines);
    expect(bootstrap).toMatchObject({
      unit: "group",
      units: 15,
      resamples: 100,
      layerResamples: 20,
    });
  });

  it("says why there is no figure, and leaves a criterion without variation out of the mean", async () => {
    const lines = madeUpScores(20).map((line) =>
      line.criterion === "depth" ? { ...line, human: 2 } : line,
    );
    const result = await evaluate(lines);
    expect(method(result.criteria.depth?.methods ?? [], "lager").spearman).toMatchObject({
      value: null,
      reason: "constant-human",
    });
    expect(method(result.methods, "lager").spearman.value).toBe(
      method(result.criteria.clarity?.methods ?? [], "lager").spearman.value,
    );
    expect(result.notes.join()).toContain("leave out depth");
  });

  it("says that machines of several kinds scored the run", async () => {
    const { llama, machine } = MADE_UP_HEADER;
    const classes = [0, 1].map((parallel) => ({ llama, machine: { ...machine, parallel } }));
    const lines = madeUpScores(5).map((line, index) => ({ ...line, class: index % 2 }));
    const file = await writeRun({ ...MADE_UP_HEADER, classes }, ...lines);
    const { notes } = await evaluateRun([file], { resamples: 100 });
    expect(notes.join()).toContain("Machines of 2 kinds scored the run");
    expect((await evaluate(madeUpScores(5))).notes.join()).not.toContain("kinds");
  });

  it("goes through with no human score, and with one item", async () => {
    const bare = madeUpScores(3).map(({ human, ...line }) => line);
    const none = await evaluate(bare);
    expect(method(none.methods, "lager").spearman).toMatchObject({ reason: "too-few-items" });
    expect(none.notes.join()).toContain("No line of the run has a human score");
    const one = await evaluate(madeUpScores(1));
    expect(method(one.pooled.methods, "lager").n).toBe(2);
    expect(JSON.stringify(one)).not.toContain("NaN");
    await rejection(evaluate([FAILED_RECORD]), "INVALID_ARGUMENT");
  });

  it("compares the systems by their means", async () => {
    const lines = madeUpScores(80);
    const result = await evaluate(lines);
    const mean = (system: string, value: (line: Score) => number): number => {
      const own = lines.filter((line) => line.systemId === system);
      return own.reduce((sum, line) => sum + value(line), 0) / own.length;
    };
    const names = ["s0", "s1", "s2", "s3"];
    expect(result.systems?.systems.map(({ system, n }) => [system, n])).toEqual(
      names.map((name) => [name, 40]),
    );
    const expected = pearson(
      names.map((name) => mean(name, (line) => line.score)),
      names.map((name) => mean(name, (line) => line.human ?? 0)),
    );
    const figures = method(result.systems?.methods ?? [], "lager");
    expect(figures.n).toBe(4);
    expect(figures.pearson.value).toBeCloseTo(expected.value ?? 2, 5);
  });

  it("says how many of its resamples are done", async () => {
    const shares: number[] = [];
    await evaluate(madeUpScores(10), { resamples: 4, onResampled: (share) => shares.push(share) });
    expect(shares).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it("can be aborted", async () => {
    const signal = AbortSignal.abort();
    await rejection(evaluate(madeUpScores(300), { signal, resamples: 1000 }), "ABORTED");
  });
});

describe("evaluateRuns", () => {
  it("takes parts of one run together, and other runs one by one", async () => {
    const lines = madeUpScores(10);
    const first = await writeRun(MADE_UP_HEADER, ...lines.slice(0, 8));
    const other = await writeRun({ ...MADE_UP_HEADER, labels: ["a", "b", "c"] }, ...lines);
    const second = await writeRun(MADE_UP_HEADER, ...lines.slice(8));
    const results = await evaluateRuns([first, other, second], { resamples: 10 });
    expect(results.map(({ run }) => run.files)).toEqual([[first, second], [other]]);
    expect(results.map(({ counts }) => counts.scored)).toEqual([20, 20]);
    expect(results[0]?.methods).toEqual(results[1]?.methods);
  });
});

describe("evalJson", () => {
  it("has the promised shape, in one line, without the items", async () => {
    const text = evalJson(await evaluate(madeUpScores(12)));
    expect(text).not.toContain("\n");
    const json = JSON.parse(text);
    expect(Object.keys(json).slice(0, 4)).toEqual(["methods", "criteria", "pooled", "comparisons"]);
    const figure = { value: expect.any(Number), low: expect.any(Number), high: expect.any(Number) };
    for (const { methods } of [json, json.pooled, json.criteria.clarity, json.criteria.depth]) {
      expect(methods.map((each: MethodFigures) => each.method)).toEqual([
        "vanilla",
        "e-score",
        "lager",
        "lager-contrast:0.5",
        "lager-upper",
        "lager-window:0.6-0.8",
        "lager-raw",
        "lager-reference",
        "lager-prob",
        "lager-argmax",
        "response-length",
      ]);
      expect(methods[2]).toMatchObject({ spearman: figure, pearson: figure, kendall: figure });
    }
    expect([json.items, json.disagreements]).toEqual([undefined, undefined]);
  });
});
