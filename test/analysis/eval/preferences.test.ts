import { describe, expect, it } from "vitest";
import { evaluateTable } from "../../../src/analysis/eval/evaluate-run.ts";
import { evalText } from "../../../src/present/terminal/eval-text.ts";
import type { RunTable } from "../../../src/run/run-table.ts";
import { madeUpTable, noisyLayers } from "../../fixtures/made-up-run.ts";

const PAIRS = 40;

/** Lines of the made-up run as sides of pairs: the one with the higher human score is the chosen. */
function pairedRun(change: (table: RunTable) => Partial<RunTable> = () => ({})): RunTable {
  const table = madeUpTable(2 * PAIRS, { layers: noisyLayers() });
  const human = Float64Array.from(table.human);
  const records = [...table.records];
  for (let pair = 0; pair < PAIRS; pair++) {
    const [first, second] = [4 * pair, 4 * pair + 2];
    const isFirst = (table.human[first] ?? 0) > (table.human[second] ?? 0);
    records[2 * pair] = `p${pair}:${isFirst ? "chosen" : "rejected"}`;
    records[2 * pair + 1] = `p${pair}:${isFirst ? "rejected" : "chosen"}`;
  }
  const task = { ...table.header.task, name: "pairs", loader: "preferences" } as const;
  const header = { ...table.header, task };
  const responseLength = table.responseLength.map(() => 9);
  const paired = { ...table, human, records, header, responseLength };
  return { ...paired, ...change(paired) };
}

describe("preferences", () => {
  it("counts how often the chosen response has the higher score", async () => {
    const table = pairedRun();
    const { preferences } = await evaluateTable(table, { resamples: 200 });
    expect(preferences).toMatchObject({ pairs: 2 * PAIRS, unscored: 0 });
    const by = Object.fromEntries(preferences?.methods.map((each) => [each.method, each]) ?? []);
    // By hand: the last layer's mean is ascending in the leaning of its logits.
    const logit = (line: number, label: number) =>
      table.nodes[0]?.normed[(line * 5 + 4) * 3 + label] ?? 0;
    const lean = (line: number) => logit(line, 2) - logit(line, 0);
    let won = 0;
    for (let pair = 0; pair < PAIRS; pair++) {
      for (const criterion of [0, 1]) {
        const sides = [4 * pair + criterion, 4 * pair + 2 + criterion];
        const isFirst = table.records[2 * pair]?.endsWith(":chosen") === true;
        const [chosen = 0, rejected = 0] = isFirst ? sides : sides.reverse();
        if (lean(chosen) > lean(rejected)) won++;
      }
    }
    const eScore = by["e-score"];
    expect(eScore).toMatchObject({ n: 2 * PAIRS, ties: 0 });
    expect(eScore?.accuracy.value).toBeCloseTo(won / (2 * PAIRS), 12);
    expect(eScore?.accuracy.low).toBeLessThan(eScore?.accuracy.value ?? 0);
    expect(eScore?.accuracy.high).toBeGreaterThan(eScore?.accuracy.value ?? 1);
    // All responses are as long: every pair is a tie and counts half.
    expect(by["response-length"]).toMatchObject({ ties: 2 * PAIRS, accuracy: { value: 0.5 } });
    // Who was preferred depends on the first criterion, which layer 2 knows.
    const clarity = preferences?.criteria.clarity?.methods.find(({ method }) => method === "lager");
    expect(clarity?.n).toBe(PAIRS);
    expect(clarity?.accuracy.value).toBeGreaterThan(0.6);
  });

  it("counts pairs of which a side has no score, and is null for other tasks", async () => {
    // The first record loses its lines, as if they had failed.
    const { preferences } = await evaluateTable(
      pairedRun((table) => ({ recordOf: table.recordOf.map((record) => record || 1) })),
      { resamples: 20 },
    );
    expect(preferences).toMatchObject({ pairs: 2 * PAIRS, unscored: 2 });
    expect((await evaluateTable(madeUpTable(20), { resamples: 20 })).preferences).toBeNull();
  });

  it("draws all pairs of a group together, unless pairs are asked for", async () => {
    // Four groups of twenty records each: ten pairs that were won or lost together.
    const together = pairedRun((table) => ({
      groupCount: 4,
      groupOf: table.recordOf.map((record) => Math.floor(record / 20)),
    }));
    const width = async (table: RunTable, unit?: "record"): Promise<number> => {
      const { preferences } = await evaluateTable(table, { resamples: 400, unit });
      const { low, high } = preferences?.methods.find(({ method }) => method === "e-score")
        ?.accuracy ?? { low: 9, high: 0 };
      return (high ?? 0) - (low ?? 9);
    };
    // As many pairs are drawn either way, but those of a group as one.
    expect(await width(together)).not.toBe(await width(together, "record"));
    // Records of a pair without a group are two groups: the pair is drawn whole all the same.
    const alone = pairedRun((table) => ({ groupCount: 80, groupOf: table.recordOf }));
    expect(await width(alone)).toBe(await width(together, "record"));
  });

  it("is a table in the terminal", async () => {
    const text = evalText(await evaluateTable(pairedRun(), { resamples: 20 }), { columns: 100 });
    expect(text).toContain("80 pairs: how often the chosen response has the higher score");
    expect(text).toMatch(/^e-score +0\.\d{3} \[0\.\d\d, 0\.\d\d\] +80 +0$/m);
  });
});
