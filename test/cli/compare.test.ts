import path from "node:path";
import { describe, expect, it } from "vitest";
import type { SystemComparison } from "../../src/analysis/compare/comparison-result.ts";
import { simulatedLines, writeSimulatedRun } from "../fixtures/simulated-systems.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";

/** Two runs of the same instructions; every fourth answer of the second is worse. */
async function runs(): Promise<{ readonly folder: string; readonly files: string[] }> {
  const folder = await scratchFolder();
  const shift = (record: number) => (record % 4 === 0 ? -1 : 0);
  return {
    folder,
    files: [
      await writeSimulatedRun(folder, "before.jsonl", simulatedLines({ seed: 2 })),
      await writeSimulatedRun(folder, "after.jsonl", simulatedLines({ seed: 3, shift })),
    ],
  };
}

describe("lager compare", () => {
  it("finds the worse part, and turns with the order of the runs", async () => {
    const { files } = await runs();
    const of = async (order: readonly string[]) => {
      const { exitCode, stdout, stderr } = await lager(["compare", ...order, "--json"]);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      return JSON.parse(stdout) as SystemComparison;
    };
    const result = await of(files);
    expect(result.systems.map(({ name }) => name)).toEqual(["before", "after"]);
    const { clarity } = result.criteria;
    expect(clarity).toMatchObject({ n: 100, settled: true });
    expect(clarity?.difference?.high).toBeLessThan(0);
    const turned = (await of(files.toReversed())).criteria.clarity;
    expect(turned?.difference?.low).toBeGreaterThan(0);
    expect(turned?.wins).toBe(clarity?.losses);
    expect(result.movers.every(({ pair }) => Number(pair.slice(1)) % 4 === 0)).toBe(true);
  });

  it("prints tables, or Markdown", async () => {
    const { files } = await runs();
    const text = await lager(["compare", ...files, "--movers", "2"]);
    expect(text.exitCode).toBe(0);
    expect(text.stdout).toMatch(/^clarity +100 .* before$/m);
    const markdown = await lager(["compare", ...files, "--movers", "2", "--markdown"]);
    expect(markdown.stdout).toMatch(/^## Comparison\n/);
    expect(markdown.stdout.match(/<details>/g)).toHaveLength(2);
  });

  it("looks at another figure, or at other layers, where it is told to", async () => {
    const { files } = await runs();
    const of = async (...words: string[]) => {
      const { stdout } = await lager(["compare", ...files, "--json", ...words]);
      return JSON.parse(stdout) as SystemComparison;
    };
    // The simulated judge's own score alone differs; all lines have the same logits.
    const layers = await of("--layers", "1", "--projection", "raw");
    expect(layers.figure).toBe("layers 1, raw");
    expect(layers.criteria.clarity?.difference).toEqual({ value: 0, low: 0, high: 0 });
    expect((await of("--figure", "vanilla")).criteria.clarity?.difference?.value).toBe(0);
    const text = await lager(["compare", ...files, "--figure", "lager"]);
    expect(text.stdout).toContain("2 systems (before, after) by lager, paired by record");
    const both = await lager(["compare", ...files, "--figure", "lager", "--layers", "all"]);
    expect(both.exitCode).toBe(2);
    expect(both.stderr).toContain("leave out --figure, or --layers");
  });

  it("refuses one run alone", async () => {
    const { files } = await runs();
    const { exitCode, stdout, stderr } = await lager(["compare", files[0] ?? ""]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/^lager: INVALID_ARGUMENT: .*two runs or more, or --by system/);
  });

  it("is where an evaluation without human scores leads", async () => {
    const { folder } = await runs();
    const args = ["eval", "before.jsonl", "--resamples", "10"];
    const { exitCode, stdout } = await lager(args, { cwd: folder });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("compare it with other answers: lager compare before.jsonl");
    expect(stdout).not.toContain("–");
    const systems = ["a", "b"].flatMap((systemId, i) =>
      simulatedLines({ seed: i + 1, systemId, idOf: (record) => `${systemId}${record}` }),
    );
    const file = await writeSimulatedRun(folder, "systems.jsonl", systems);
    const both = await lager(["eval", path.basename(file), "--resamples", "10"], { cwd: folder });
    expect(both.stdout).toContain("the 2 systems in it: lager compare --by system systems.jsonl");
    const twice = await lager(["eval", "before.jsonl", "after.jsonl"], { cwd: folder });
    expect(twice.stderr).toContain("two sets of answers are compared by lager compare");
  });
});
