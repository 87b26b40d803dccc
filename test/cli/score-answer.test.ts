import path from "node:path";
import { expect, it } from "vitest";
import type { Score } from "../../src/scoring/score/outcome.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";
import { QUICKSTART, withTinyJudge } from "../support/tiny-cli.ts";

/** Shortest decimals of float32 and of float64 are read as the same float32. */
function figures({ criterion, score, probabilities }: Score) {
  return { criterion, score: Math.fround(score), probabilities: probabilities.map(Math.fround) };
}

const ANSWER = ["--instruction", "2 + 2?", "--response", "It is 4."];

it("scores one answer on all criteria as a data file would, and writes nothing", async () => {
  const args = ["--task", QUICKSTART.task, ...withTinyJudge()];
  const { exitCode, stdout } = await lager(["score", ...ANSWER, ...args, "--json"]);
  expect(exitCode).toBe(0);
  const { scores, failures } = JSON.parse(stdout);
  expect(failures).toEqual([]);
  const data = [{ instruction: "2 + 2?", response: "It is 4." }];
  const file = await writeLines(path.join(await scratchFolder(), "data.jsonl"), data);
  const run = await lager(["score", file, ...args, "--format", "json"]);
  const lines = run.stdout.trim().split("\n").slice(1);
  expect(scores.map(figures)).toEqual(lines.map((line) => figures(JSON.parse(line))));
  expect(scores[0]).toMatchObject({ labels: ["1", "2", "3", "4", "5"], values: [1, 2, 3, 4, 5] });
});

it("reads the answer from standard input, and shows bars", async () => {
  const { exitCode, stdout } = await lager(
    ["score", "--instruction", "2 + 2?", "--response", "-", ...withTinyJudge()],
    { input: "It is 4.\n" },
  );
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /^\S+ {2}\d\.\d\d {2}\(1 to 5; vanilla \d, e-score .*\n( {2}\d +\d+\.\d %.*\n){5}/,
  );
});

it.each([
  [["--instruction", "2 + 2?"], "--response"],
  [["data.jsonl", ...ANSWER], "either a data file or one answer"],
  [[...ANSWER, "-o", "run.jsonl"], "--output is for data files"],
  [[], "nothing to score"],
])("a command line that is half of each is an error: %j", async (args, message) => {
  const { exitCode, stderr } = await lager(["score", ...args], { cwd: await scratchFolder() });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 2 });
  expect(stderr).toContain(message);
});

it("an answer that lacks what the task needs fails with the field's name", async () => {
  const { exitCode, stdout } = await lager(["score", "--response", "4", ...withTinyJudge()]);
  expect({ exitCode, stdout }).toMatchObject({ exitCode: 1 });
  expect(stdout).toContain("instruction");
});
