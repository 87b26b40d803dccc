import { copyFile, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { hiddenPath } from "../../src/run/hidden-format.ts";
import { HiddenWriter } from "../../src/run/hidden-writer.ts";
import type { RunHeader } from "../../src/run/run-format.ts";
import {
  madeUpHeader,
  madeUpScores,
  noisyLayers,
  runText,
  writeRun,
} from "../fixtures/made-up-run.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";

const LAYERS = noisyLayers();
const HEADER = madeUpHeader(LAYERS);

/** A run of which layer 2 knows the human scores, and the place for its weights. */
async function runFile(records: number, change: Partial<RunHeader> = {}) {
  const run = await writeRun(
    { ...HEADER, ...change },
    ...madeUpScores(records, { layers: LAYERS }),
  );
  return { run, weights: path.join(path.dirname(run), "weights.json") };
}

/** What only part of the layers can be made into, where the last layer knows more than they do. */
const EARLY_LAYERS = ["--recipe", "lager", "--layers", "0,1"];

it("weights are learned, held against what learns nothing, and evaluated out of fold", async () => {
  const { run, weights } = await runFile(60);
  const tuned = await lager(["tune", run, "-o", weights]);
  expect(tuned).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(weights) });
  expect(tuned.stdout).toContain("recipe ridge: 120 rows of 60 records, 4 layers, normed logits");
  expect(tuned.stdout).toMatch(/^tuned \(ridge\) +0\.\d{3} /m);
  expect(tuned.stdout).toMatch(/^against e-score: \+0\.\d{3} /m);
  expect(tuned.stdout).toMatch(/^ +50 +0\.\d{3} /m);

  const { exitCode, stdout } = await lager(
    ["eval", run, "--weights", weights, "--json"].concat(["--resamples", "20"]),
  );
  expect(exitCode).toBe(0);
  const result = JSON.parse(stdout);
  expect(result.tuned).toMatchObject({ scoring: "out-of-fold", overlap: 120, recipe: "ridge" });
  const { validation } = JSON.parse(await readFile(weights, "utf8"));
  const spearmanOf = (name: string) =>
    result.methods.find(({ method }: { method: string }) => method === name).spearman.value;
  expect(spearmanOf("lager-tuned")).toBeCloseTo(validation.methods[0].spearman.value, 12);
  expect(spearmanOf("e-score")).toBeCloseTo(validation.methods[2].spearman.value, 12);
});

it("the same seed writes the same bytes, another seed others", async () => {
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

it("weights that do worse than none are refused, and taken with --allow-worse", async () => {
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

it("a file that is there stays unless --force is given", async () => {
  const { run, weights } = await runFile(20);
  await writeFile(weights, "mine");
  const refused = await lager(["tune", run, "-o", weights, "--allow-worse"]);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain("OUTPUT_EXISTS");
  expect(await readFile(weights, "utf8")).toBe("mine");
  expect((await lager(["tune", run, "-o", weights, "--allow-worse", "--force"])).exitCode).toBe(0);
  expect(JSON.parse(await readFile(weights, "utf8"))).toMatchObject({ kind: "weights" });
});

it("weights are refused with another judge's run, and --from with them as well", async () => {
  const { run, weights } = await runFile(30);
  expect((await lager(["tune", run, "-o", weights, "--allow-worse"])).exitCode).toBe(0);
  const other = await runFile(30, { judge: { ...HEADER.judge, sha256: "cd".repeat(32) } });
  for (const args of [
    ["eval", other.run, "--weights", weights],
    ["tune", other.run, "-o", other.weights, "--from", weights],
  ]) {
    const { exitCode, stderr } = await lager(args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/WEIGHTS_MISMATCH.*judge\.sha256/s);
  }
});

it("a run without human scores is refused: there is nothing to learn from", async () => {
  const scores = madeUpScores(20, { layers: LAYERS });
  const run = await writeRun(HEADER, ...scores.map(({ human: _, ...unlabelled }) => unlabelled));
  const weights = path.join(path.dirname(run), "weights.json");
  const refused = await lager(["tune", run, "-o", weights]);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain("weights are learned from human scores, and the run has none");
});

it("a probe is learned from the hidden states beside a run, and evaluated with them", async () => {
  const folder = await scratchFolder();
  const run = path.join(folder, "run.jsonl");
  const weights = path.join(folder, "weights.json");
  const scores = madeUpScores(60, { layers: LAYERS });
  const lines = scores.map((line, hiddenRow) => ({ ...line, hiddenRow }));
  await writeFile(run, runText(HEADER, ...lines));
  const args = ["tune", run, "-o", weights, "--recipe", "probe"];
  const without = await lager(args);
  expect(without.exitCode).toBe(2);
  expect(without.stderr).toMatch(/UNREADABLE_FILE.*--capture hidden/s);

  const shape = { judgeSha256: HEADER.judge.sha256, layers: [2, 4], width: 3 };
  const writer = await HiddenWriter.create(run, shape);
  for (const [row, { human = 0 }] of scores.entries()) {
    await writer.add(Float32Array.of(row % 7, row % 5, 1, human + (row % 3), row % 2, -human));
  }
  await writer.close();
  const tuned = await lager(args);
  expect(tuned).toMatchObject({ exitCode: 0 });
  expect(tuned.stdout).toContain("120 rows of 60 records, 2 layers, hidden states");
  expect(tuned.stdout).toMatch(/^tuned \(probe\) +0\.9\d\d /m);

  const evaluated = await lager(["eval", run, "--weights", weights, "--json", "--resamples", "9"]);
  const { methods, tuned: facts } = JSON.parse(evaluated.stdout);
  expect(facts).toMatchObject({ recipe: "probe", scoring: "out-of-fold", overlap: 120 });
  const { spearman } = methods.find(({ method }: { method: string }) => method === "lager-tuned");
  expect(spearman.value).toBeGreaterThan(0.9);

  // The same items with other human scores: no training rows, so that the probe itself scores them.
  const other = path.join(folder, "other.jsonl");
  const changed = lines.map((line) => ({ ...line, human: (line.human ?? 0) + 0.01 }));
  await writeFile(other, runText(HEADER, ...changed));
  await copyFile(hiddenPath(run), hiddenPath(other));
  const fresh = await lager(["eval", other, "--weights", weights, "--json", "--resamples", "9"]);
  const held = JSON.parse(fresh.stdout);
  expect(held.tuned).toMatchObject({ scoring: "held-out", overlap: 0 });
  const figure = held.methods.find(({ method }: { method: string }) => method === "lager-tuned");
  expect(figure.spearman.value).toBeGreaterThan(0.9);

  const narrow = path.join(folder, "narrow.jsonl");
  await writeFile(narrow, runText(HEADER, ...lines));
  await using one = await HiddenWriter.create(narrow, { ...shape, layers: [2] });
  for (const _ of scores) await one.add(new Float32Array(3));
  await one.close();
  const mismatch = await lager(["eval", narrow, "--weights", weights]);
  expect(mismatch.stderr).toMatch(/WEIGHTS_MISMATCH.*layer 4/s);
});
