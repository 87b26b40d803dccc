import { readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { readWeights } from "../../src/scoring/weights/parse-weights.ts";
import { readWholeRun } from "../support/read-lines.ts";
import { lager, startLager } from "../support/run-process.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";
import { ONE_CRITERION_TASK, record, untilLines, withTinyJudge } from "../support/tiny-cli.ts";

/** Rated records, as a file of their own. */
async function ratedData(folder: string, name: string, count: number, words = 1): Promise<string> {
  const rated = (i: number) => ({
    ...record(`${name}${i}`, `Answer ${i * 37} of ${name}. `.repeat(words)),
    human: 1 + ((i * 7) % 5),
  });
  return writeLines(
    path.join(folder, `${name}.jsonl`),
    Array.from({ length: count }, (_, i) => rated(i)),
  );
}

async function scene() {
  const folder = await scratchFolder();
  const task = path.join(folder, "task.json");
  await writeFile(task, JSON.stringify(ONE_CRITERION_TASK));
  const arguments_ = (data: string, output: string, ...more: string[]) => [
    ...["bench", task, data, ...withTinyJudge(), "-o", path.join(folder, output)],
    ...["--resamples", "50", ...more],
  ];
  return { folder, arguments_, at: (...file: string[]) => path.join(folder, ...file) };
}

/** When each file below a folder was last written. */
async function writtenAt(folder: string): Promise<Record<string, number>> {
  const times: Record<string, number> = {};
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const whole = path.join(file.parentPath, file.name);
    times[path.relative(folder, whole)] = (await stat(whole)).mtimeMs;
  }
  return times;
}

it("lager bench scores, evaluates and reports each condition, and goes on where it stopped", async () => {
  const { folder, arguments_, at } = await scene();
  const data = await ratedData(folder, "data", 8);
  const bench = (...more: string[]) =>
    lager(
      arguments_(data, "bench", "--condition", "prefill,reasoning", "--max-tokens", "4", ...more),
    );

  // A judge with random weights writes no score: that condition has failures alone.
  const first = await bench();
  expect({ ...first, stdout: "" }).toMatchObject({ exitCode: 1 });
  expect(first.stdout).toMatch(/^\| prefill \| 8 \| 8 \| 0 \| 0 \| 8 \|$/m);
  expect(first.stdout).toMatch(/^\| reasoning \| 8 \| 0 \| 8 \| 0 \| – \|$/m);
  // Weights are learned on the data itself, in folds.
  expect(first.stdout).toMatch(/^\| prefill \| ridge \| 8 \| 8 \| −?[\d.]+ \| .* \|$/m);
  expect(first.stdout).toMatch(/^- prefill: 8 of the 8 lines .* \(cross-validation\)\.$/m);
  expect(await readFile(at("bench", "table.md"), "utf8")).toBe(first.stdout);
  const csv = await readFile(at("bench", "table.csv"), "utf8");
  expect(csv).toContain("prefill,quality,lager-tuned,");
  expect(csv).toMatch(/^reasoning,,.*,8,0,8,0$/m);
  expect(await readFile(at("bench", "report.html"), "utf8")).toContain("<html");
  const result = JSON.parse(await readFile(at("bench", "results", "prefill.json"), "utf8"));
  expect(result).toMatchObject({ kind: "eval", counts: { scored: 8, evaluated: 8 } });
  expect(result.tuned).toMatchObject({ scoring: "out-of-fold", overlap: 8 });

  // What is finished is left as it is.
  const before = await writtenAt(at("bench"));
  const same = await bench();
  expect(same).toMatchObject({ exitCode: 1, stdout: first.stdout });
  const after = await writtenAt(at("bench"));
  for (const file of ["runs/prefill.jsonl", "weights/prefill.json", "results/prefill.json"]) {
    expect([file, after[file]]).toEqual([file, before[file]]);
  }
  expect(after["report.html"]).toBe(before["report.html"]);

  const run = at("bench", "runs", "prefill.jsonl");
  const whole = await readWholeRun(run);
  await truncate(run, Math.floor((await readFile(run)).length / 2));
  const again = await bench();
  expect(again.stdout).toBe(first.stdout);
  const scores = ({ scores }: typeof whole) => scores.map((s) => ({ ...s, reusedTokens: 0 }));
  expect(scores(await readWholeRun(run))).toEqual(scores(whole));

  const other = await bench("--limit", "3");
  expect(other).toMatchObject({ exitCode: 2, stdout: "" });
  expect(other.stderr).toContain("another limit");
});

it("lager bench learns weights on other data; what they gain there is in the table", async () => {
  const { folder, arguments_, at } = await scene();
  const data = await ratedData(folder, "data", 6);
  const tuneOn = await ratedData(folder, "other", 12);
  const { exitCode, stdout, stderr } = await lager(
    arguments_(data, "bench", "--tune-on", tuneOn, "--recipe", "lager", "--folds", "3"),
  );
  expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toContain("| prefill, learned from | 12 | 12 | 0 | 0 | 12 |\n");
  const weights = await readWeights(at("bench", "weights", "prefill.json"));
  expect(weights).toMatchObject({ recipe: "lager", training: { rows: 12, folds: 3 } });
  const [own, ...others] = weights.validation?.methods ?? [];
  const better = others.filter(({ spearman }) => spearman.value > (own?.spearman.value ?? 1));
  const gain =
    better.length === 0
      ? "yes"
      : `none (NO_GAIN): ${better.map(({ method }) => method).join(" and ")} did better`;
  expect(stdout).toContain(` | ${gain} |\n`);
  const result = JSON.parse(await readFile(at("bench", "results", "prefill.json"), "utf8"));
  expect(result.tuned).toMatchObject({ recipe: "lager", scoring: "held-out", overlap: 0 });

  // Too few to part into folds: the benchmark goes on, and says so.
  const few = await ratedData(folder, "few", 2);
  const refused = await lager(arguments_(data, "few", "--tune-on", few));
  expect(refused.exitCode).toBe(0);
  expect(refused.stdout).toMatch(
    /^\| prefill \| – .* \| nothing learned: .*label more, or take fewer folds \|$/m,
  );
  expect(refused.stdout).not.toContain("lager-tuned");
});

it("lager bench that was killed goes on, and comes to the same table", async () => {
  const { folder, arguments_, at } = await scene();
  const data = await ratedData(folder, "data", 40, 20);
  const running = startLager(arguments_(data, "killed", "--recipe", "lager"));
  await untilLines(at("killed", "runs", "prefill.jsonl"), 4, running);
  running.child.kill("SIGKILL");
  expect(await running.end).toMatchObject({ exitCode: null, stdout: "" });
  const cut = await readFile(at("killed", "runs", "prefill.jsonl"), "utf8");
  expect(cut.split("\n").length).toBeLessThan(41);

  const resumed = await lager(arguments_(data, "killed", "--recipe", "lager"));
  const whole = await lager(arguments_(data, "whole", "--recipe", "lager"));
  expect(resumed).toMatchObject({ exitCode: 0, stdout: whole.stdout });
  const weights = (name: string) => readFile(at(name, "weights", "prefill.json"), "utf8");
  expect(await weights("killed")).toBe(await weights("whole"));
  const lines = (await readFile(at("killed", "runs", "prefill.jsonl"), "utf8")).split("\n");
  expect(lines.slice(0, 4)).toEqual(cut.split("\n").slice(0, 4));
});

it("lager bench without human scores counts what was scored, and learns nothing", async () => {
  const { folder, arguments_, at } = await scene();
  const data = await writeLines(path.join(folder, "data.jsonl"), [record("a"), record("b")]);
  for (const _ of ["first", "again"]) {
    const { exitCode, stdout } = await lager(arguments_(data, "bench"));
    expect(exitCode).toBe(0);
    expect(stdout).toContain("| prefill | 2 | 2 | 0 | 0 | 0 |\n");
    expect(stdout).not.toContain("Learned weights");
    expect(stdout).toContain("No line of the run has a human score");
  }
  expect(await readdir(at("bench", "weights"))).toEqual([]);
});
