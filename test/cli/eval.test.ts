import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { MADE_UP_HEADER, madeUpScores, writeRun } from "../fixtures/made-up-run.ts";
import { LAGER } from "../scoring/weights/example-weights.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";

it("the methods as a table, by criterion, and the layers' curve", async () => {
  const file = await writeRun(MADE_UP_HEADER, ...madeUpScores(20));
  const { exitCode, stdout, stderr } = await lager([
    "eval",
    file,
    "--by",
    "criterion",
    "--resamples",
    "50",
  ]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toContain("made-up on made-up, 20 records, 40 of 40 lines");
  expect(stdout).toMatch(/^lager +0\.\d{3} \[/m);
  expect(stdout).toContain("criterion depth");
  expect(stdout).toContain("best in hindsight: layer 2 alone");
});

it("--json is one object a run; intervals depend on the seed alone", async () => {
  const files = [
    await writeRun(MADE_UP_HEADER, ...madeUpScores(10)),
    await writeRun({ ...MADE_UP_HEADER, labels: ["a", "b", "c"] }, ...madeUpScores(10)),
  ];
  const args = ["eval", ...files, "--json", "--resamples", "30", "--seed", "7"];
  const first = await lager(args);
  const lines = first.stdout.trimEnd().split("\n");
  expect(lines).toHaveLength(2);
  const [one, other] = lines.map((line) => JSON.parse(line));
  expect(Object.keys(one)).toEqual(
    expect.arrayContaining(["methods", "criteria", "pooled", "comparisons"]),
  );
  expect(one.methods).toEqual(other.methods);
  expect((await lager(args)).stdout).toBe(first.stdout);
});

it("weights of another judge, and a file that is no run, end with the field or the place", async () => {
  const folder = await scratchFolder();
  const weights = path.join(folder, "weights.json");
  await writeFile(
    weights,
    JSON.stringify({ ...LAGER, judge: { ...LAGER.judge, layers: 3, sha256: "cd" } }),
  );
  const run = await writeRun(MADE_UP_HEADER, ...madeUpScores(3));
  const mismatch = await lager(["eval", run, "--weights", weights]);
  expect(mismatch.exitCode).toBe(2);
  expect(mismatch.stderr).toContain("WEIGHTS_MISMATCH");
  expect(mismatch.stderr).toContain("judge.sha256");
  const noRun = await lager(["eval", weights]);
  expect(noRun.exitCode).toBe(2);
  expect(noRun.stderr).toContain("INVALID_RUN");
});
