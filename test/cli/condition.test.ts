import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { readWholeRun } from "../support/read-lines.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";
import { ONE_CRITERION_TASK, record, withTinyJudge } from "../support/tiny-cli.ts";

it("answers without a score are failures, counted in the table and kept in the run", async () => {
  const folder = await scratchFolder();
  const data = path.join(folder, "data.jsonl");
  const task = path.join(folder, "task.json");
  const file = path.join(folder, "run.jsonl");
  await writeFile(data, `${JSON.stringify(record("a"))}\n${JSON.stringify(record("b"))}\n`);
  await writeFile(task, JSON.stringify(ONE_CRITERION_TASK));
  // A judge with random weights writes random words.
  const { exitCode, stdout } = await lager([
    ...["score", data, "--task", task, ...withTinyJudge(), "-o", file],
    ...["--condition", "direct", "--max-tokens", "4"],
  ]);
  expect(exitCode).toBe(1);
  expect(stdout).toContain("2 failed: NO_SCORE_TOKEN 2");
  const { header, failures } = await readWholeRun(file);
  expect(header.options).toMatchObject({
    condition: "direct",
    maxTokens: 4,
    scorePosition: "after-prefix",
  });
  expect(failures.map(({ id, criterion }) => ({ id, criterion }))).toEqual([
    { id: "a", criterion: "quality" },
    { id: "b", criterion: "quality" },
  ]);
  for (const { message, generated } of failures) {
    expect(message).toContain("data.jsonl:");
    expect(generated?.length).toBeGreaterThan(0);
  }
});

it("what is about generated answers is refused without them", async () => {
  const { exitCode, stderr } = await lager(["score", "x.jsonl", "--max-tokens", "5"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("INVALID_ARGUMENT");
});
