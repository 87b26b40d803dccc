import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { evaluateRun } from "../../src/analysis/eval/evaluate-run.ts";
import { loadJudge } from "../../src/judge/judge.ts";
import { taskSha256 } from "../../src/scoring/weights/fingerprints.ts";
import { readWeights } from "../../src/scoring/weights/parse-weights.ts";
import { formatWeights, type Weights } from "../../src/scoring/weights/weights-format.ts";
import { KERNEL, LAGER, RIDGE } from "../scoring/weights/example-weights.ts";
import { rejection } from "../support/errors.ts";
import { ON_ONE_THREAD } from "../support/load-tiny.ts";
import { readWholeRun, type WholeRun } from "../support/read-lines.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";
import { CLI_JUDGE, ONE_CRITERION_TASK, record, withTinyJudge } from "../support/tiny-cli.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

const RECORDS = ["a", "b", "c", "d"].map((id, i) => ({
  ...record(id, `Answer ${"and so on ".repeat(i)}.`),
  human: { quality: i + 1 },
}));
/** Labels 1–10 have several tokens, so that the layers are aggregated at nodes. */
const TEN = { ...ONE_CRITERION_TASK, scale: { min: 1, max: 10 } };

interface Scored {
  readonly folder: string;
  readonly run: WholeRun;
  readonly file: string;
  /** `lager score` on the same data and task. */
  score(...options: string[]): ReturnType<typeof lager>;
}

/** Scores the records without weights. */
async function scoredPlainly(task: object = ONE_CRITERION_TASK): Promise<Scored> {
  const folder = await scratchFolder();
  const data = await writeLines(path.join(folder, "data.jsonl"), RECORDS);
  const taskFile = path.join(folder, "task.yaml");
  await writeFile(taskFile, JSON.stringify({ ...task, human: "human.{criterion}" }));
  const score = (...options: string[]) =>
    lager(["score", data, "--task", taskFile, ...withTinyJudge(), ...options]);
  const file = path.join(folder, "plain.jsonl");
  expect(await score("-o", file, "--quiet")).toMatchObject({ exitCode: 0 });
  return { folder, run: await readWholeRun(file), file, score };
}

/** Weights that fit a run of the tiny judge. */
function fitting({ header }: WholeRun, weights: Weights): Weights {
  const { judge, labels, values } = header;
  const task = { name: "one", sha256: taskSha256(header.task), criteria: ["quality"] };
  const fits = { judge, labels, values, task };
  if (weights.recipe !== "kernel") return { ...weights, ...fits };
  // As many logits as the labels make, each as one of the example's.
  const { maps, kernel } = weights.parameters;
  const width = weights.layerSet.layers.length * labels.length;
  const wide = (row: readonly number[]) =>
    Array.from({ length: width }, (_, i) => row[i % row.length] ?? 0);
  const [means, deviations] = [wide([0, 0.5]), wide([1, 2])];
  const pooled = { means, deviations, spread: 1 };
  const parameters = {
    maps,
    kernel: {
      ...kernel,
      rows: kernel.rows.map(wide),
      standards: { criteria: { quality: { ...pooled, spread: 0.75 } }, pooled },
    },
  };
  return { ...weights, ...fits, parameters };
}

async function saved(folder: string, weights: Weights): Promise<string> {
  const file = path.join(folder, "weights.json");
  await writeFile(file, formatWeights(weights));
  return file;
}

describe("lager score --weights", () => {
  it.each([
    ["lager", ONE_CRITERION_TASK, LAGER],
    ["ridge", ONE_CRITERION_TASK, RIDGE],
    ["lager on labels of several tokens", TEN, LAGER],
    ["ridge on labels of several tokens", TEN, RIDGE],
    ["kernel", ONE_CRITERION_TASK, KERNEL],
    ["kernel on labels of several tokens", TEN, KERNEL],
  ])("gives the tuned score that lager eval gives: %s", async (_, task, example) => {
    const { folder, run, score } = await scoredPlainly(task);
    const weights = fitting(run, example);
    const file = path.join(folder, "tuned.jsonl");
    const weightsFile = await saved(folder, weights);
    const end = await score("--weights", weightsFile, "-o", file);
    expect(end).toMatchObject({ exitCode: 0 });
    expect(end.stderr).not.toContain("another task");
    const tuned = await readWholeRun(file);
    expect(tuned.header.options).toMatchObject({
      layers: "all",
      weights: { recipe: weights.recipe, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    const result = await evaluateRun([file], {
      resamples: 10,
      weights: { file: weightsFile, weights: await readWeights(weightsFile) },
    });
    expect(tuned.scores).toHaveLength(RECORDS.length);
    const listed = result.items.scores["lager-tuned"]?.map((each) =>
      Math.fround(each ?? Number.NaN),
    );
    expect(listed).toEqual(tuned.scores.map((line) => line.score));
    for (const [i, line] of tuned.scores.entries()) {
      const before = run.scores[i];
      expect(line.score).not.toBe(before?.score);
      expect(line).toMatchObject({ nodes: before?.nodes, eScore: before?.eScore });
      const mean = line.probabilities.reduce(
        (sum, p, k) => sum + p * (run.header.values[k] ?? 0),
        0,
      );
      expect(mean).toBeCloseTo(line.score, 5);
    }
  });

  it.each([
    ["", ONE_CRITERION_TASK],
    [", labels of several tokens", TEN],
  ])("gives the score that lager eval gives by a probe of hidden states%s", async (_, task) => {
    const { folder, score } = await scoredPlainly(task);
    const captured = path.join(folder, "captured.jsonl");
    expect(await score("--capture", "hidden:2,4", "-o", captured)).toMatchObject({ exitCode: 0 });
    const weights = path.join(folder, "weights.json");
    const recipe = ["--recipe", "probe", "--folds", "2", "--allow-worse"];
    expect(await lager(["tune", captured, "-o", weights, ...recipe])).toMatchObject({
      exitCode: 0,
    });
    // As if learned from other rows: these would have the scores of the cross-validation.
    const learned = await readWeights(weights);
    const fresh = { ...learned, training: { ...learned.training, rowKeys: [] } };
    await writeFile(weights, formatWeights(fresh));
    const file = path.join(folder, "tuned.jsonl");
    expect(await score("--weights", weights, "-o", file)).toMatchObject({ exitCode: 0 });
    const tuned = await readWholeRun(file);
    const result = await evaluateRun([captured], {
      resamples: 10,
      weights: { file: weights, weights: fresh },
    });
    const listed = result.items.scores["lager-tuned"]?.map((each) =>
      Math.fround(each ?? Number.NaN),
    );
    expect(listed).toEqual(tuned.scores.map((line) => line.score));
    expect(new Set(listed).size).toBeGreaterThan(1);
    expect(tuned.scores.map((line) => line.score)).not.toEqual(
      (await readWholeRun(captured)).scores.map((line) => line.score),
    );
  });

  it.each(["ridge", "kernel", "lager"])("takes what lager tune wrote: %s", async (recipe) => {
    const { folder, file, score } = await scoredPlainly();
    const weights = path.join(folder, "weights.json");
    // Random weights know nothing, so that whether they gain is no matter here.
    const tune = ["tune", file, "-o", weights, "--recipe", recipe, "--folds", "2", "--allow-worse"];
    expect(await lager(tune)).toMatchObject({ exitCode: 0 });
    expect((await readWeights(weights)).condition).toBe("prefill");
    const tunedFile = path.join(folder, "tuned.jsonl");
    expect(await score("--weights", weights, "-o", tunedFile)).toMatchObject({ exitCode: 0 });
    const tuned = await readWholeRun(tunedFile);
    const task = tuned.header.task;
    await using judge = await loadJudge(tinyGguf(CLI_JUDGE), { ...ON_ONE_THREAD });
    const scores: number[] = [];
    for await (const outcome of judge.scoreAll(RECORDS, { task, weights })) {
      if (outcome.kind === "score") scores.push(outcome.score);
    }
    expect(scores).toEqual(tuned.scores.map((line) => line.score));
    const [first] = RECORDS;
    const one = await judge.score(first ?? {}, { task, weights: await readWeights(weights) });
    expect(one.score).toBe(scores[0]);
    const { score: untuned } = await judge.score(first ?? {}, { task });
    expect(untuned).not.toBe(one.score);
    const error = await rejection(
      judge.score(first ?? {}, { task, weights, projection: "raw" }),
      "WEIGHTS_MISMATCH",
    );
    expect(error.place).toMatchObject({ file: weights, field: "projection" });
  });

  it("refuses weights that do not fit, by field, and warns of another task's", async () => {
    const { folder, run, score } = await scoredPlainly();
    const weights = fitting(run, LAGER);
    const out = path.join(folder, "refused.jsonl");
    for (const [changed, options, field] of [
      [{ judge: { ...weights.judge, sha256: "cd".repeat(32) } }, [], "judge.sha256"],
      [{ labels: ["1", "2", "3", "4", "6"] }, [], "labels"],
      [{}, ["--projection", "raw"], "projection"],
      [{}, ["--layers", "3"], "layerSet.layers"],
    ] as const) {
      const file = await saved(folder, { ...weights, ...changed });
      const end = await score("--weights", file, "-o", out, ...options);
      expect(end).toMatchObject({ exitCode: 2, stdout: "" });
      expect(end.stderr).toContain("WEIGHTS_MISMATCH");
      expect(end.stderr).toContain(`weights.json, field "${field}"`);
    }
    await expect(readFile(out)).rejects.toThrow(/ENOENT/);
    const task = { ...weights.task, name: "elsewhere", sha256: "00".repeat(32) };
    const end = await score("--weights", await saved(folder, { ...weights, task }));
    expect(end).toMatchObject({ exitCode: 0 });
    expect(end.stderr).toContain("another task (elsewhere):");
    const condition = await score(
      "--weights",
      await saved(folder, { ...weights, condition: "direct" }),
    );
    expect(condition.stderr).toContain("learned under another condition (direct):");
  });

  it("goes on with a run only by the weights that it began with", async () => {
    const { folder, run, file: plain, score } = await scoredPlainly();
    const file = path.join(folder, "tuned.jsonl");
    const weights = fitting(run, LAGER);
    const weightsFile = await saved(folder, weights);
    const tune = (...options: string[]) => score("--weights", weightsFile, "-o", file, ...options);
    expect(await tune("--limit", "2")).toMatchObject({ exitCode: 0 });
    expect(await tune("--resume")).toMatchObject({ exitCode: 0 });
    expect((await readWholeRun(file)).scores).toHaveLength(RECORDS.length);
    await saved(folder, { ...weights, parameters: { theta: [1, 0], alpha: 0.5 } } as Weights);
    const other = await tune("--resume");
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain("options.weights.sha256");
    const bare = await score("--weights", weightsFile, "-o", plain, "--resume");
    expect(bare.exitCode).toBe(2);
    expect(bare.stderr).toContain("options.weights");
  });
});
