import { beforeEach, describe, expect, it } from "vitest";
import type { EvalResult, LayerFigures } from "../../../src/analysis/eval/eval-result.ts";
import { evaluateRun } from "../../../src/analysis/eval/evaluate-run.ts";
import { evalText } from "../../../src/present/terminal/eval-text.ts";
import { layerCurveText } from "../../../src/present/terminal/layer-curve-text.ts";
import { MADE_UP_HEADER, madeUpScores, writeRun } from "../../fixtures/made-up-run.ts";

let result: EvalResult;

beforeEach(async () => {
  const lines = madeUpScores(20);
  const file = await writeRun(MADE_UP_HEADER, ...lines);
  result = await evaluateRun([file], { resamples: 50 });
});

describe("evalText", () => {
  it("shows each method's own figures in its line", () => {
    const lines = evalText(result, { columns: 120 }).split("\n");
    for (const { method, spearman, pearson, n } of result.methods) {
      const line = lines.find((each) => each.startsWith(`${method} `)) ?? "";
      if (spearman.value === null || pearson.value === null) continue;
      expect(line).toContain(spearman.value.toFixed(3).replace("-", "−"));
      expect(line).toContain(pearson.value.toFixed(3).replace("-", "−"));
      expect(line).toContain(` ${n} `);
    }
    expect(lines.join("\n")).toContain("95 % of 50 resamples of 10 groups, seed 42");
  });

  it("shows what is beyond length, and people's agreement between criteria above the methods'", () => {
    const text = evalText(result, { columns: 120 });
    const block = text.split("\n\n").find((each) => each.startsWith("beyond")) ?? "";
    const figure = (value: number | null | undefined) =>
      value?.toFixed(3).replace("-", "−") ?? "none";
    const eScore = result.methods.find(({ method }) => method === "e-score");
    const own = result.separation?.methods.find(({ method }) => method === "e-score");
    const line = block.split("\n").find((each) => each.startsWith("e-score ")) ?? "";
    expect(line).toContain(figure(eScore?.partialSpearman.value));
    expect(line).toContain(figure(own?.agreement.value));
    expect(block).toMatch(new RegExp(`^people .*${figure(result.separation?.human.value)}`, "m"));
    expect(block).not.toContain("response-length");
    const single = evalText({ ...result, separation: null });
    expect(single).toMatch(/^beyond the response's length$/m);
  });

  it("leads on where no line has a human score", async () => {
    const lines = madeUpScores(20).map(({ human: _, ...line }) => line);
    const file = await writeRun(MADE_UP_HEADER, ...lines);
    const text = evalText(await evaluateRun([file], { resamples: 5 }));
    expect(text).toContain(`compare the 4 systems in it: lager compare --by system ${file}`);
    expect(text).toContain(`score some yourself: lager label rate -o ratings.jsonl ${file}`);
    expect(text).not.toContain("–");
  });

  it("says why a method has no correlation", () => {
    expect(evalText(result)).toContain(
      "lager-reference has no correlation: there is none on one of the criteria",
    );
    const none = result.methods.map((method) => ({
      ...method,
      spearman: { ...method.spearman, value: null, reason: "too-few-items" as const },
    }));
    const text = evalText({ ...result, methods: none });
    expect(text.match(/.*correlation: .*/g)).toEqual([
      "no method has a correlation: fewer than two items",
    ]);
  });

  it("breaks down by criterion and by system", () => {
    const byCriterion = evalText(result, { by: "criterion" });
    expect(byCriterion).toContain("criterion clarity");
    expect(byCriterion).toContain("pooled: all criteria as one sample");
    expect(evalText(result, { by: "system" })).toContain("mean scores of 4 systems");
    expect(evalText(result)).not.toContain("criterion clarity");
  });

  it("makes control characters of a run harmless", () => {
    const task = "a\u001b[31mred";
    const text = evalText({ ...result, run: { ...result.run, task } });
    expect(text).not.toContain("\u001b");
  });
});

describe("layerCurveText", () => {
  it("puts each layer's mark into its column, at the height of its figure", () => {
    const lines = layerCurveText(result, { columns: 60 });
    const marked = lines.flatMap((line, row) => {
      const column = line.indexOf("◉", 8);
      return row > 0 && column > 0 ? [{ row, layer: (column - 8) / 3 }] : [];
    });
    // Layer 2 has 1; the last layer is near zero. Layer 1 is constant, and not drawn.
    expect(marked[0]?.layer).toBe(2);
    expect(lines[marked[0]?.row ?? 0]).toMatch(/^ {2}1\.\d\d/);
    expect(lines.join("\n")).toContain("best in hindsight: layer 2 alone, normed, 1.000");
  });

  it("draws layers that run against the human scores below zero", () => {
    const [layer] = result.layers;
    const make = (number: number, value: number) =>
      ({ ...layer, layer: number, spearman: { value, low: value, high: value } }) as LayerFigures;
    const lines = layerCurveText({
      methods: [],
      comparisons: [],
      layers: [make(0, -0.4), make(1, 0.4)],
    });
    const rowOf = (text: string): number => lines.findIndex((line) => line.includes(text));
    const marks = lines.flatMap((line, row) => (row > 0 && /[●○]/.test(line) ? [row] : []));
    expect(marks).toHaveLength(2);
    expect(marks[0]).toBeLessThan(rowOf("┼"));
    expect(marks[1]).toBeGreaterThan(rowOf("┼"));
  });

  it("is empty where no layer has a figure", () => {
    expect(layerCurveText({ methods: [], comparisons: [], layers: [] })).toEqual([]);
  });
});
