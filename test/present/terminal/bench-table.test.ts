import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { benchCsv, benchMarkdown } from "../../../src/present/terminal/bench-table.ts";
import type { BenchRow } from "../../../src/workflows/bench/result.ts";
import { madeUpEvaluation } from "../../fixtures/made-up-evaluation.ts";

const CRITERIA = ["clarity", "depth"];

function row(condition: BenchRow["condition"], evaluated: boolean): BenchRow {
  return {
    condition,
    tuneCounts: null,
    tuning: null,
    counts: { lines: 480, scored: evaluated ? 478 : 0, noScoreToken: 1, otherFailures: 1 },
    result: evaluated ? madeUpEvaluation({ criteria: CRITERIA }) : null,
    notes: evaluated ? [] : ["no item was scored"],
  };
}

describe("the table of a benchmark", () => {
  const rows = [row("prefill", true), row("direct", false)];

  it("counts what failed, and has every method in each condition and sample", () => {
    const page = benchMarkdown("task · judge", rows);
    expect(page).toMatch(/^# task · judge\n\n\| condition \| lines \| scored \| no score token \|/);
    expect(page).toMatch(/^\| prefill \| 480 \| 478 \| 1 \| 1 \| \d+ \|$/m);
    expect(page).toMatch(/^\| direct \| 480 \| 0 \| 1 \| 1 \| – \|$/m);
    for (const sample of ["Mean over criteria", ...CRITERIA, "All criteria pooled"]) {
      const section = page.split(`## ${sample}\n`)[1] ?? "";
      expect(section).toMatch(
        /^\| prefill \| lager-tuned \| -?0\.\d{3} \| -?0\.\d{3} … -?0\.\d{3} \|/m,
      );
    }
    expect(page).toContain("- direct: no item was scored");
  });

  it("has one section where there is one criterion", () => {
    const one: BenchRow = {
      ...row("prefill", true),
      result: madeUpEvaluation({ criteria: ["c"] }),
    };
    const titles = benchMarkdown("t", [one]).match(/^## .*/gm);
    expect(titles?.filter((title) => title !== "## Notes")).toEqual(["## c"]);
  });

  it("is a CSV with the same figures", () => {
    const cells: Record<string, string>[] = parse(benchCsv(rows), { columns: true });
    const result = rows[0]?.result;
    const lager = result?.criteria.depth?.methods.find(({ method }) => method === "lager");
    const found = cells.find(({ sample, method }) => sample === "depth" && method === "lager");
    expect(found).toMatchObject({
      condition: "prefill",
      kind: "lager",
      n: String(lager?.n),
      spearman: String(lager?.spearman.value),
      pearson_high: String(lager?.pearson.high),
    });
    const counts = { run_lines: "480", run_no_score_token: "1", run_other_failures: "1" };
    expect(cells).toHaveLength(4 * (result?.methods.length ?? Number.NaN) + 1);
    expect(found).toMatchObject({ ...counts, run_scored: "478", weights_gain: "" });
    // Failures are counted where nothing else is left, too.
    expect(cells.at(-1)).toMatchObject({ ...counts, condition: "direct", run_scored: "0", n: "" });
  });

  it("says what learning weights gave, and that it gave nothing", () => {
    const spearman = (value: number) => ({ value, low: value - 0.1, high: value + 0.1 });
    const tuned = (own: number, better: readonly string[]): BenchRow => ({
      ...row("prefill", true),
      tuneCounts: { lines: 90, scored: 84, noScoreToken: 5, otherFailures: 1 },
      tuning: {
        weights: {
          ...{ file: "weights/prefill.json", recipe: "ridge", rows: 80, records: 40, better },
          methods: [
            { method: "ridge", spearman: spearman(own), criteria: {} },
            { method: "lager", spearman: spearman(0.2), criteria: {} },
            { method: "e-score", spearman: spearman(0.1), criteria: {} },
          ],
        },
        problem: null,
      },
    });
    const gains = benchMarkdown("t", [tuned(0.3, [])]);
    expect(gains).toContain("| prefill, learned from | 90 | 84 | 5 | 1 | 80 |");
    expect(gains).toContain(
      "| prefill | ridge | 80 | 40 | 0.300 | 0.200 … 0.400 | 0.100 | 0.200 | yes |",
    );
    const loses = tuned(0.15, ["lager"]);
    expect(benchMarkdown("t", [loses])).toContain("| none (NO_GAIN): lager did better |");
    const cells: Record<string, string>[] = parse(benchCsv([loses]), { columns: true });
    expect(cells.find(({ method }) => method === "lager-tuned")?.weights_gain).toBe("no");
    const nothing: BenchRow = { ...loses, tuning: { weights: null, problem: "too few labels" } };
    expect(benchMarkdown("t", [nothing])).toContain("| – | nothing learned: too few labels |");
    expect(benchMarkdown("t", rows)).not.toContain("Learned weights");
  });
});
