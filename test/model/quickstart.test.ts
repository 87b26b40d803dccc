import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { readWholeRun } from "../support/read-lines.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";
import { withTinyJudge } from "../support/tiny-cli.ts";

it("quickstart scores the bundled example, says what that is worth, and what to run next", async () => {
  const run = path.join(await scratchFolder(), "quick.jsonl");
  await writeFile(run, "of another time");
  const { exitCode, stdout, stderr } = await lager(["quickstart", ...withTinyJudge(), "-o", run]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(stdout).toMatch(/^correctness +12 +(−?\d\.\d\d|–) +±0\.59$/m);
  expect(stdout).toContain("12 answers are a handful");
  expect(stdout).not.toContain("toy");
  expect(stdout).toContain(`lager inspect ${run} egg-good`);
  expect(stdout).toMatch(/lager judges pull \S+/);
  expect((await readWholeRun(run)).scores).toHaveLength(36);
});
