import { readFile, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { readWholeRun } from "../support/read-lines.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";
import { ONE_CRITERION_TASK, record, withTinyJudge } from "../support/tiny-cli.ts";

test("lager bench scores, evaluates and reports each condition, and goes on where it stopped", async () => {
  const folder = await scratchFolder();
  const output = path.join(folder, "bench");
  const task = path.join(folder, "task.json");
  await writeFile(task, JSON.stringify(ONE_CRITERION_TASK));
  const rated = (i: number) => ({ ...record(`r${i}`, `Answer ${i}`), human: 1 + ((i * 7) % 5) });
  const rows = Array.from({ length: 8 }, (_, i) => rated(i));
  const data = await writeLines(path.join(folder, "data.jsonl"), rows);
  const bench = (...more: string[]) =>
    lager([
      ...["bench", task, data, ...withTinyJudge(), "-o", output],
      ...["--condition", "prefill,reasoning", "--max-tokens", "4", "--resamples", "50", ...more],
    ]);

  // A judge with random weights writes no score: that condition has failures alone.
  const first = await bench();
  expect({ ...first, stdout: "" }).toMatchObject({ exitCode: 1 });
  expect(first.stdout).toMatch(/^\| prefill \| 8 \| 8 \| 0 \| 0 \| 8 \|$/m);
  expect(first.stdout).toMatch(/^\| reasoning \| 8 \| 0 \| 8 \| 0 \| – \|$/m);
  expect(await readFile(path.join(output, "table.md"), "utf8")).toBe(first.stdout);
  expect(await readFile(path.join(output, "table.csv"), "utf8")).toContain(
    "prefill,quality,lager,",
  );
  expect(await readFile(path.join(output, "report.html"), "utf8")).toContain("<html");
  const result = JSON.parse(await readFile(path.join(output, "results", "prefill.json"), "utf8"));
  expect(result).toMatchObject({ kind: "eval", counts: { scored: 8, evaluated: 8 } });

  const run = path.join(output, "runs", "prefill.jsonl");
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
