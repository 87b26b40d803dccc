import { readFile, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readWholeRun } from "../support/read-lines.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";
import { withTinyJudge } from "../support/tiny-cli.ts";

const ASPECTS = ["--aspects", "accuracy,difficulty"];

describe("lager select", () => {
  it("scores, keeps the best in the data's own format, and chooses anew without a judge", async () => {
    const folder = await scratchFolder();
    const data = path.join(folder, "data.json");
    const output = path.join(folder, "kept.json");
    const texts = ["Add two and two.", "Name a river.", "add two and TWO", "Sing a song of rain."];
    const rows = texts.map((instruction, i) => ({
      id: `r${i}`,
      instruction,
      input: "",
      output: "x",
    }));
    await writeFile(data, JSON.stringify([...rows, { instruction: "No output." }]));
    const select = (...more: string[]) => lager(["select", data, ...ASPECTS, ...more]);
    const judged = [...withTinyJudge(), "-o", output, "--keep", "100%"];
    const first = await select(...judged);
    expect({ ...first, stderr: "" }).toMatchObject({ exitCode: 1 });
    expect(first.stdout).toContain("5 records, 4 scored on every aspect, 1 passed over");
    expect(first.stdout).toMatch(/^difficulty +1 /m);
    const kept = JSON.parse(await readFile(output, "utf8"));
    expect(kept).toHaveLength(3);
    expect(kept.map(({ lager: { rank } }: { lager: { rank: number } }) => rank)).toEqual([1, 2, 3]);
    expect(kept[0]).toMatchObject({
      ...rows.find(({ id }) => id === kept[0].id),
      lager: { aspects: { accuracy: expect.any(Number), difficulty: expect.any(Number) } },
    });
    const { accuracy, difficulty } = kept[0].lager.aspects;
    expect(kept[0].lager.score).toBeCloseTo((accuracy + difficulty) / 2);

    const run = `${output}.run.jsonl`;
    const { header, scores } = await readWholeRun(run);
    expect(header.task).toMatchObject({ name: "instruction-data" });
    // The aspects of a record share all but their ends.
    expect(scores.filter(({ reusedTokens }) => reusedTokens > 0).length).toBeGreaterThanOrEqual(4);

    expect((await select(...judged)).stderr).toContain("OUTPUT_EXISTS");
    const again = ["--from-run", run, "-o", output, "--force"];
    const heavy = await select(...again, "--weights", "difficulty=3", "--keep", "1", "--json");
    expect(JSON.parse(heavy.stdout)).toMatchObject({ kept: 1, scored: 4 });
    const ranks = await select(...again, "--combine", "ranks", "--keep", "2", "--keep-duplicates");
    expect(ranks.stdout).toContain("0 passed over as near-duplicates, 2 kept");
    expect(JSON.parse(await readFile(output, "utf8"))).toHaveLength(2);
  });

  it("goes on where it stopped", async () => {
    const folder = await scratchFolder();
    const rows = [1, 2, 3].map((i) => ({ instruction: `Count to ${i}.`, output: `${i}` }));
    const data = await writeLines(path.join(folder, "data.jsonl"), rows);
    const run = path.join(folder, "run.jsonl");
    const args = ["select", data, ...ASPECTS, ...withTinyJudge(), "--run", run, "--force"];
    const output = path.join(folder, "kept.jsonl");
    expect((await lager([...args, "-o", output])).exitCode).toBe(0);
    const whole = await readWholeRun(run);
    await truncate(run, Math.floor((await readFile(run)).length * 0.7));
    expect((await lager([...args, "-o", output])).exitCode).toBe(0);
    const strip = ({ scores }: typeof whole) => scores.map((s) => ({ ...s, reusedTokens: 0 }));
    expect(strip(await readWholeRun(run))).toEqual(strip(whole));
  });

  it("says what is wrong with its options", async () => {
    const data = "examples/instructions.json";
    const bad = async (...more: string[]) => {
      const { exitCode, stderr } = await lager(["select", data, "-o", "/nowhere/x.json", ...more]);
      expect(exitCode).toBe(2);
      return stderr;
    };
    const folder = await scratchFolder();
    const output = ["-o", path.join(folder, "x.json")];
    expect(await bad(...output, "--aspects", "acuracy")).toContain("did you mean accuracy?");
    expect(await bad(...output, "--weights", "accuracy=-1")).toContain("name=number");
    expect(await bad(...output, "--keep", "110%")).toContain("10%");
    expect(await bad()).toContain("UNWRITABLE_OUTPUT");
  });
});
