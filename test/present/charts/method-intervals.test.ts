import { describe, expect, it } from "vitest";
import { NARROW } from "../../../src/present/charts/chart.ts";
import { methodIntervals } from "../../../src/present/charts/method-intervals.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";
import { texts } from "../markup.ts";
import { drawn, numbers } from "./drawn.ts";

const RESULT = madeUpEvaluation({ records: 100 });
const NONE = { value: null, low: null, high: null };

describe("the methods' intervals", () => {
  it("leave out methods without a figure, and make no chart of none", () => {
    const [first, ...rest] = RESULT.methods;
    if (first === undefined) throw new Error("there is no method");
    const methods = [{ ...first, spearman: NONE }, ...rest];
    const said = methodIntervals({ ...RESULT, methods })?.description.split("; ") ?? [];
    expect(said).toHaveLength(rest.length);
    expect(said[0]).toMatch(/^e-score 0\.211 \[0\.06, 0\.36\]$/);
    const without = methods.map((each) => ({ ...each, spearman: NONE }));
    expect(methodIntervals({ ...RESULT, methods: without })).toBeNull();
  });

  it("are bars from end to end, one below the other in the order of the methods", async () => {
    const svg = await drawn(methodIntervals(RESULT));
    const bars = 'g[aria-label="rule"] line[stroke^="var"]';
    const starts = numbers(svg, bars, "x1").slice(-RESULT.methods.length);
    const ends = numbers(svg, bars, "x2").slice(-RESULT.methods.length);
    const byStart = (a: number, b: number) => (starts[a] ?? 0) - (starts[b] ?? 0);
    const lows = RESULT.methods.map(({ spearman }) => spearman.low ?? 0);
    const order = lows.map((_, i) => i);
    expect([...order].sort(byStart)).toEqual(
      [...order].sort((a, b) => (lows[a] ?? 0) - (lows[b] ?? 0)),
    );
    expect(starts.every((start, i) => start < (ends[i] ?? 0))).toBe(true);
    const rows = texts(svg, '[aria-label="y-axis tick label"] text');
    expect(rows).toEqual(RESULT.methods.map(({ method }) => method));
  });

  it("have no room for their ends in figures on a phone", async () => {
    const wide = texts(await drawn(methodIntervals(RESULT)), "text");
    expect(wide).toContain("0.211 [0.06, 0.36]");
    const narrow = texts(await drawn(methodIntervals(RESULT), NARROW), "text");
    expect(narrow).toContain("0.211");
    expect(narrow.filter((text) => text.includes("["))).toEqual([]);
  });
});
