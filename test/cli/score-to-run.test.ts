import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { hiddenPath } from "../../src/run/hidden-format.ts";
import { lager, startNode } from "../support/run-process.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";
import { CLI_JUDGE, ONE_CRITERION_TASK, record, withTinyJudge } from "../support/tiny-cli.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

const EXAMPLE = "examples/score-to-run.mjs";

/** One that fails among them, and one with a human score. */
const RECORDS = [
  record("a"),
  { id: "broken", instruction: "No response." },
  { ...record("b", "Another answer."), human: 4 },
  record("c"),
];

interface Case {
  readonly what: string;
  readonly task?: object;
  readonly commandLine?: readonly string[];
  readonly library?: object;
}

it.each<Case>([
  { what: "labels of one token" },
  { what: "labels of several tokens", task: { scale: { min: 1, max: 10 } } },
  {
    what: "hidden states",
    commandLine: ["--capture", "hidden:2,4"],
    library: { hidden: "2,4" },
  },
  {
    what: "answers that the judge writes",
    commandLine: ["--condition", "direct", "--layers", "upper", "--include", "tokens"],
    library: { condition: "direct", layers: "upper", include: ["tokens"] },
  },
])("a program of twenty lines writes the run file of lager score: $what", async (each) => {
  const { task = {}, commandLine = [], library = {} } = each;
  const folder = await scratchFolder();
  const data = await writeLines(path.join(folder, "data.jsonl"), RECORDS);
  const taskFile = path.join(folder, "task.json");
  await writeFile(taskFile, JSON.stringify({ ...ONE_CRITERION_TASK, ...task }));
  const theirs = path.join(folder, "command-line.jsonl");
  const ours = path.join(folder, "library.jsonl");
  const args = ["score", data, "--task", taskFile, ...withTinyJudge(), "-o", theirs];
  expect((await lager([...args, ...commandLine])).exitCode).toBe(1);
  const options = JSON.stringify({ gpu: "off", threads: 1, ...library });
  const example = startNode([EXAMPLE, data, taskFile, tinyGguf(CLI_JUDGE), ours, options]);
  const { exitCode, stdout, stderr } = await example.end;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(/library\.jsonl: \d of 4 results are scores/);
  const bytes = await readFile(theirs);
  expect(bytes.length).toBeGreaterThan(1000);
  expect(await readFile(ours)).toEqual(bytes);
  if ("hidden" in library) {
    expect(await readFile(hiddenPath(ours))).toEqual(await readFile(hiddenPath(theirs)));
  }
});

it("that program has at most twenty lines", async () => {
  const lines = (await readFile(EXAMPLE, "utf8")).trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(20);
});
