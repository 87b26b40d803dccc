import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { type BenchRow, benchCsv, benchMarkdown } from "../../../src/report/bench-table.ts";
import { madeUpEvaluation } from "../../support/made-up-evaluation.ts";

const CRITERIA = ["clarity", "depth"];

function row(condition: string, evaluated: boolean): BenchRow {
  return {
    condition,
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
    expect(cells).toHaveLength(4 * (result?.methods.length ?? Number.NaN));
  });
});
