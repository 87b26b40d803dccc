import { existsSync } from "node:fs";
import { copyFile, cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Score } from "../../src/scoring/score/outcome.ts";
import { ROOT, readPages } from "../docs/pages.ts";
import { type ShellCommand, shellCommands } from "../docs/shell-lines.ts";
import { MADE_UP_HEADER, madeUpScores, runText } from "../fixtures/made-up-run.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";

/** Commands that need no judge, so that they can be run as they are shown. */
const WITHOUT_JUDGE =
  /^(inspect|diff|compare|eval|view .*(--export|--svg)|tune|label plan|label agreement|tasks|judges list|--help|\w+ --help)\b/;

/** Runs that the documentation speaks of; what is in them is made up. */
const RUNS = ["run", "run1", "run2", "before", "after", "with"];
const OTHER_RUNS = ["part2", "run3", "without"];
/** Ids that the documentation speaks of. */
const IDS = ["egg-good", "a1"];

let template: string;

beforeAll(async () => {
  template = await mkdtemp(path.join(tmpdir(), "lager-documented-"));
  const scores = madeUpScores(30).map((line, index) => ({
    ...line,
    id: IDS[Math.floor(index / 2)] ?? line.id,
  }));
  const write = (name: string, lines: readonly Score[]) =>
    writeFile(path.join(template, `${name}.jsonl`), runText(MADE_UP_HEADER, ...lines));
  for (const name of RUNS) await write(name, scores);
  for (const name of OTHER_RUNS) await write(name, scores.slice(40));
  await write("part1", scores.slice(0, 40));
  const tune = ["tune", "run.jsonl", "-o", "weights.json"];
  const { exitCode, stderr } = await lager(tune, { cwd: template });
  expect(exitCode, stderr).toBe(0);
  await copyFile(path.join(template, "weights.json"), path.join(template, "w.json"));
  const ratings = (rater: string) =>
    scores.map(({ id, criterion, human }) => ({ id, criterion, human, rater }));
  for (const rater of ["anna", "ben"]) {
    await writeLines(path.join(template, `${rater}.jsonl`), ratings(rater));
  }
  await copyFile(path.join(template, "anna.jsonl"), path.join(template, "ratings.jsonl"));
  await copyFile(
    path.join(ROOT, "examples/quickstart.jsonl"),
    path.join(template, "answers.jsonl"),
  );
  await cp(path.join(ROOT, "examples"), path.join(template, "examples"), { recursive: true });
});

afterAll(() => rm(template, { recursive: true, force: true }));

const commands = [
  ...new Map(
    readPages()
      .flatMap((page) => shellCommands(page))
      .filter(({ words }) => words[0] === "lager" && WITHOUT_JUDGE.test(words.slice(1).join(" ")))
      // Hidden states and published data are not made up here.
      .filter(({ words }) => !words.includes("probe") && !words.includes("hanna"))
      .map((command) => [command.words.join(" "), command]),
  ).values(),
];

it("most commands that need no judge are shown somewhere", () => {
  expect(new Set(commands.map(({ words }) => words[1]))).toEqual(
    new Set([
      "--help",
      "score",
      "inspect",
      "diff",
      "compare",
      "eval",
      "view",
      "tune",
      "label",
      "tasks",
      "judges",
    ]),
  );
});

it.each(commands.map((command) => [command.words.join(" "), command] as const))(
  "%s",
  async (_, { words }: ShellCommand) => {
    const cwd = await scratchFolder();
    await cp(template, cwd, { recursive: true });
    const outputs = ["-o", "--html", "--export", "--svg"];
    const output = words[words.findIndex((word) => outputs.includes(word)) + 1] ?? "";
    const writes = words.some((word) => outputs.includes(word));
    if (writes) await rm(path.join(cwd, output), { force: true });
    // Fewer resamples than the default take a tenth of the time; nothing else is added.
    const quick = ["eval", "view"].includes(words[1] ?? "") ? ["--resamples", "50"] : [];
    const { exitCode, stdout, stderr } = await lager([...words.slice(1), ...quick], { cwd });
    // Two runs that differ end with 1.
    expect(exitCode, stdout + stderr).toBeLessThanOrEqual(words[1] === "diff" ? 1 : 0);
    if (writes) expect(existsSync(path.join(cwd, output))).toBe(true);
    else expect(stdout).not.toBe("");
  },
);
