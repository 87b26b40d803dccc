import { parseXml } from "@rgrove/parse-xml";
import { describe, expect, it } from "vitest";
import type { EvalResult } from "../../../src/analysis/eval/eval-result.ts";
import { NARROW } from "../../../src/present/charts/chart.ts";
import { drawChart } from "../../../src/present/charts/draw-chart.ts";
import { chartFiles, reportCharts } from "../../../src/present/charts/report-charts.ts";
import { type MadeUpOptions, madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { rejection } from "../../support/errors.ts";

const chartsOf = (result: EvalResult) =>
  Object.values(reportCharts(result))
    .flat()
    .filter((chart) => chart !== null);

async function names(result: EvalResult): Promise<string[]> {
  const found = [];
  for await (const { name } of chartFiles(result)) found.push(name);
  return found;
}

describe("the charts of a report", () => {
  it.each<[string, MadeUpOptions]>([
    ["one record", { records: 1 }],
    ["one criterion", { records: 5, criteria: ["overall"] }],
    ["one layer", { records: 5, layers: 1 }],
    ["two labels", { records: 5, labels: [0, 1] }],
    ["a hundred labels", { records: 5, labels: Array.from({ length: 101 }, (_, i) => i) }],
    ["labels below zero", { records: 5, labels: [-2, -1, 0, 1, 2] }],
  ])("are drawn without a hole of %s", async (_, options) => {
    const charts = chartsOf(madeUpEvaluation(options));
    expect(charts.length).toBeGreaterThan(5);
    for (const chart of charts) {
      for (const width of [chart.width, NARROW]) {
        expect(await drawChart(chart, width), chart.name).not.toMatch(/NaN|Infinity|undefined/);
      }
      expect(chart.description, chart.name).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  it("have a layer curve for each criterion where there are several", () => {
    expect(reportCharts(madeUpEvaluation({ records: 2 })).layerCurves).toHaveLength(4);
    const one = madeUpEvaluation({ records: 2, criteria: ["overall"] });
    expect(reportCharts(one).layerCurves).toEqual([]);
  });
});

describe("the charts' files", () => {
  it("have names of their own, even where criteria differ in signs alone", async () => {
    const result = madeUpEvaluation({ records: 2, criteria: ["well put?", "well-put!"] });
    const found = await names(result);
    expect(new Set(found).size).toBe(found.length);
    expect(found).toEqual(
      expect.arrayContaining(["layer-curve-well-put.svg", "layer-curve-well-put-2.svg"]),
    );
  });

  it("are XML, with names that every system can hold, whatever criteria and systems are called", async () => {
    const hostile = [
      "Q&A",
      "<script>&lt;",
      "a\u0000\u001b\ud83d\ufffe\u202eb",
      "con",
      "x".repeat(400),
    ];
    const result = madeUpEvaluation({ records: 4, criteria: [...hostile, `${"x".repeat(400)}y`] });
    const found: string[] = [];
    for await (const { name, svg } of chartFiles(result)) {
      found.push(name);
      expect(parseXml(svg).root?.name, name).toBe("svg");
    }
    for (const title of ["q-a", "script-lt", "con"]) expect(found.join()).toContain(title);
    expect(new Set(found).size).toBe(found.length);
    for (const name of found) {
      expect(name).toMatch(/^[a-z0-9-]+\.svg$/);
      expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)\./);
      expect(name.length).toBeLessThan(210);
    }
  });

  it("are no longer drawn once that is aborted", async () => {
    const controller = new AbortController();
    const files = chartFiles(madeUpEvaluation({ records: 2 }), { signal: controller.signal });
    await files.next();
    controller.abort();
    await rejection(files.next(), "ABORTED");
  });
});
