import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { formatRunLine } from "../../src/run/format-run-line.ts";
import { madeUpRun } from "../support/made-up-run.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";

/** A run whose last layers know the human scores, and the place for its weights. */
async function runFile(records: number, change: Record<string, unknown> = {}) {
  const folder = await scratchFolder();
  const [header, ...scores] = madeUpRun(records);
  const lines = [{ ...header, ...change } as typeof header, ...scores];
  const run = await writeLines(
    path.join(folder, "run.jsonl"),
    lines.map((line) => formatRunLine(line as NonNullable<typeof line>)),
  );
  return { run, weights: path.join(folder, "weights.json") };
}

/** What only part of the layers can be made into, where the last layer knows more than they do. */
const EARLY_LAYERS = ["--recipe", "lager", "--layers", "0,1"];

test("weights are learned, held against what learns nothing, and evaluated out of fold", async () => {
  const { run, weights } = await runFile(60);
  const tuned = await lager(["tune", run, "-o", weights]);
  expect(tuned).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(weights) });
  expect(tuned.stdout).toContain("recipe layers: 120 rows of 60 records, 4 layers, normed logits");
  expect(tuned.stdout).toMatch(/^tuned \(layers\) +0\.\d{3} /m);
  expect(tuned.stdout).toMatch(/^against e-score: \+0\.\d{3} /m);
  expect(tuned.stdout).toMatch(/^ +50 +0\.\d{3} /m);

  const { exitCode, stdout } = await lager(
    ["eval", run, "--weights", weights, "--json"].concat(["--resamples", "20"]),
  );
  expect(exitCode).toBe(0);
  const result = JSON.parse(stdout);
  expect(result.tuned).toMatchObject({ scoring: "out-of-fold", overlap: 120, recipe: "layers" });
  const { validation } = JSON.parse(await readFile(weights, "utf8"));
  const spearmanOf = (name: string) =>
    result.methods.find(({ method }: { method: string }) => method === name).spearman.value;
  expect(spearmanOf("lager-tuned")).toBeCloseTo(validation.methods[0].spearman.value, 12);
  expect(spearmanOf("e-score")).toBeCloseTo(validation.methods[2].spearman.value, 12);
});

test("the same seed writes the same bytes, another seed others", async () => {
  const { run, weights } = await runFile(30);
  const learn = async (seed: string) => {
    const args = ["tune", run, "-o", weights, "--recipe", "lager", "--seed", seed, "--force"];
    expect((await lager([...args, "--allow-worse", "--quiet"])).exitCode).toBe(0);
    return readFile(weights, "utf8");
  };
  const first = await learn("7");
  expect(await learn("7")).toBe(first);
  expect(await learn("8")).not.toBe(first);
});

test("weights that do worse than none are refused, and taken with --allow-worse", async () => {
  const { run, weights } = await runFile(40);
  const refused = await lager(["tune", run, "-o", weights, ...EARLY_LAYERS]);
  expect(refused.exitCode).toBe(2);
  expect(refused.stdout).toBe("");
  expect(refused.stderr).toMatch(/NO_GAIN.*e-score 0\.\d{3}/s);
  await expect(stat(weights)).rejects.toMatchObject({ code: "ENOENT" });

  const taken = await lager(["tune", run, "-o", weights, ...EARLY_LAYERS, "--allow-worse"]);
  expect(taken.exitCode).toBe(0);
  expect(taken.stdout).toMatch(/^against e-score: −0\.\d{3} /m);
  expect(JSON.parse(await readFile(weights, "utf8")).layerSet.layers).toEqual([0, 1]);
});

test("a file that is there stays unless --force is given", async () => {
  const { run, weights } = await runFile(20);
  await writeFile(weights, "mine");
  const refused = await lager(["tune", run, "-o", weights, "--allow-worse"]);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain("OUTPUT_EXISTS");
  expect(await readFile(weights, "utf8")).toBe("mine");
  expect((await lager(["tune", run, "-o", weights, "--allow-worse", "--force"])).exitCode).toBe(0);
  expect(JSON.parse(await readFile(weights, "utf8"))).toMatchObject({ kind: "weights" });
});

test("weights are refused with another judge's run, and --from with them as well", async () => {
  const { run, weights } = await runFile(30);
  expect((await lager(["tune", run, "-o", weights, "--allow-worse"])).exitCode).toBe(0);
  const [header] = madeUpRun(1);
  const judge = header?.kind === "run" ? header.judge : undefined;
  const other = await runFile(30, { judge: { ...judge, sha256: "cd".repeat(32) } });
  for (const args of [
    ["eval", other.run, "--weights", weights],
    ["tune", other.run, "-o", other.weights, "--from", weights],
  ]) {
    const { exitCode, stderr } = await lager(args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/WEIGHTS_MISMATCH.*judge\.sha256/s);
  }
});

test("a run without human scores gives consensus weights that nothing vouches for", async () => {
  const folder = await scratchFolder();
  const lines = madeUpRun(20).map((line) => {
    if (line.kind === "run") return formatRunLine(line);
    const { human: _, ...unlabelled } = line;
    return formatRunLine(unlabelled);
  });
  const run = await writeLines(path.join(folder, "run.jsonl"), lines);
  const weights = path.join(folder, "weights.json");
  const { exitCode, stdout } = await lager(["tune", run, "-o", weights]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain("no human scores: nothing could be checked");
  const refused = await lager(["tune", run, "-o", weights, "--recipe", "layers", "--force"]);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain("the recipe layers learns from human scores");
});
