import path from "node:path";
import { expect, it } from "vitest";
import { readWholeRun } from "../support/read-lines.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";
import { withTinyJudge } from "../support/tiny-cli.ts";

it("lager knowledge asks, tells the figures, and judges anew without a judge", async () => {
  const folder = await scratchFolder();
  const rows = [0, 1, 2, 3].map((i) => ({
    id: `q${i}`,
    question: `What is number ${i}?`,
    answerable: i % 2 === 0,
  }));
  const data = await writeLines(path.join(folder, "questions.jsonl"), rows);
  const run = path.join(folder, "run.jsonl");
  const first = await lager(["knowledge", data, ...withTinyJudge(), "--run", run]);
  expect(first.exitCode).toBe(0);
  expect(first.stdout).toContain("4 questions scored, 0 failed; unanswerable at or below 4.00");
  for (const method of ["lager", "lager-window:0.6-0.8", "e-score", "vanilla"]) {
    expect(first.stdout).toMatch(new RegExp(`^${method} +[\\d.–]+ `, "m"));
  }
  expect(first.stdout).toMatch(/^ *0\.75 +4\.00 /m);
  const { scores } = await readWholeRun(run);
  expect(scores.map(({ human }) => human)).toEqual([1, 0, 1, 0]);

  const args = ["knowledge", data, "--from-run", run, "--json"];
  const { called, methods } = JSON.parse((await lager([...args, "--tau", "0.5"])).stdout);
  const low = scores.filter(({ score }) => score <= 3).map(({ id }) => id);
  expect(called.map(({ id }: { id: string }) => id).sort()).toEqual(low.sort());
  expect(methods[0].at).toMatchObject({ tau: 0.5, threshold: 3, called: low.length });
});

it("questions of which nobody knows are sorted out without figures", async () => {
  const folder = await scratchFolder();
  const data = await writeLines(path.join(folder, "q.jsonl"), [{ question: "Who am I?" }]);
  const run = path.join(folder, "run.jsonl");
  const { stdout } = await lager([
    "knowledge",
    data,
    ...withTinyJudge(),
    "--run",
    run,
    "--tau",
    "1",
  ]);
  expect(stdout).toContain("Who am I?");
  expect(stdout).not.toContain("AUROC");
});
