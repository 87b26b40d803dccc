import path from "node:path";
import { expect, it } from "vitest";
import { readWholeRun } from "../support/read-lines.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";
import { QUICKSTART, withTinyJudge } from "../support/tiny-cli.ts";

it("a judge that was not about to answer with a score: every share is there, and a warning", async () => {
  const file = path.join(await scratchFolder(), "run.jsonl");
  const args = ["score", QUICKSTART.data, "--limit", "3", ...withTinyJudge(), "-o", file];
  const { exitCode, stderr } = await lager(args);
  expect(exitCode).toBe(0);
  const { scores } = await readWholeRun(file);
  const masses = scores.map(({ scoreMass }) => scoreMass).sort((a, b) => a - b);
  expect(masses).toHaveLength(9);
  for (const mass of masses) {
    expect(mass).toBeGreaterThan(0);
    expect(mass).toBeLessThan(0.5);
  }
  expect(stderr).toMatch(
    new RegExp(
      `^warning: the median share .* on the score tokens is ${masses[4]?.toFixed(3)}: ` +
        "it was not about to answer with a score",
      "m",
    ),
  );
});
