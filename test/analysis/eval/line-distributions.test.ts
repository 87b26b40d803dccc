import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { LineDistributions } from "../../../src/analysis/eval/line-distributions.ts";
import { formatRunLine } from "../../../src/run/format-run-line.ts";
import { runLabelTokens } from "../../../src/run/parse-run-line.ts";
import { readRunTable } from "../../../src/run/read-run-table.ts";
import { scoreFromNodes } from "../../../src/scoring/score/score-from-nodes.ts";
import { exampleNodesScore, NODES_HEADER } from "../../run/example-run.ts";
import { scratchFolder } from "../../support/scratch.ts";

describe("LineDistributions", () => {
  it("aggregates labels of several tokens at their nodes, as scoring does", async () => {
    const line = exampleNodesScore();
    const file = path.join(await scratchFolder(), "run.jsonl");
    await writeFile(file, `${formatRunLine(NODES_HEADER)}\n${formatRunLine(line)}\n`);
    const table = await readRunTable([file]);
    const weights = Float64Array.of(0.25, 0.75);
    const flat = (rows: readonly (readonly number[] | null)[], columns: number): Float32Array =>
      Float32Array.from(rows.flatMap((row) => row ?? new Array<number>(columns).fill(Number.NaN)));
    const scored = scoreFromNodes({
      nodes: (line.nodes ?? []).map((node) => ({
        prefix: Int32Array.from(node.prefix),
        outcomes: Int32Array.from(node.outcomes),
        normed: flat(node.normed, node.outcomes.length),
        raw: flat(node.raw, node.outcomes.length),
      })),
      paths: runLabelTokens(NODES_HEADER) ?? [],
      layerCount: 2,
      values: NODES_HEADER.values,
      layers: [1, 2],
      weights,
      projection: "normed",
      scoreMass: 1,
      promptTokens: 1,
      reusedTokens: 0,
      branchTokens: 0,
    });
    const distributions = new LineDistributions(table, "normed");
    distributions.aggregate(0, [1, 2], weights);
    expect([...distributions.probabilities].map(Math.fround)).toEqual(scored.probabilities);
    expect(Math.fround(distributions.expectation())).toBe(scored.score);
    distributions.aggregate(0, [2], [1]);
    expect(Math.fround(distributions.expectation())).toBe(scored.eScore);
    expect(distributions.mode()).toBe(scored.direct);
  });

  it("averages probabilities where that is asked for, and has none of a missing layer", async () => {
    const file = path.join(await scratchFolder(), "run.jsonl");
    await writeFile(
      file,
      `${formatRunLine(NODES_HEADER)}\n${formatRunLine(exampleNodesScore())}\n`,
    );
    const distributions = new LineDistributions(await readRunTable([file]), "normed");
    const alone = [1, 2].map((layer) => {
      distributions.aggregate(0, [layer], [1]);
      return [...distributions.probabilities];
    });
    const sum = new Float64Array(3);
    distributions.aggregateProbabilities(0, [1, 2], [0.25, 0.75], sum);
    for (const [k, p] of sum.entries()) {
      expect(p).toBeCloseTo(0.25 * (alone[0]?.[k] ?? 9) + 0.75 * (alone[1]?.[k] ?? 9), 14);
    }
    distributions.aggregate(0, [0, 2], [0.5, 0.5]);
    expect(distributions.expectation()).toBeNaN();
    expect(distributions.mode()).toBeNaN();
  });
});
