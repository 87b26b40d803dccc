import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { madeUpHeader, madeUpScores, noisyLayers, writeRun } from "../fixtures/made-up-run.ts";
import { lager } from "../support/run-process.ts";
import { writeLines } from "../support/scratch.ts";

const LAYERS = noisyLayers();
const RECORDS = 40;

/** An unlabelled run, its data, and names of files beside it. */
async function material() {
  const scores = madeUpScores(RECORDS, { layers: LAYERS });
  const run = await writeRun(madeUpHeader(LAYERS), ...scores.map(({ human: _, ...line }) => line));
  const beside = (name: string) => path.join(path.dirname(run), name);
  const data = await writeLines(
    beside("data.jsonl"),
    Array.from({ length: RECORDS }, (_, i) => ({
      id: `r${i}`,
      instruction: "Q?",
      response: `A ${i}.`,
    })),
  );
  return { run, data, beside, scores };
}

it("records are planned, scored, and learned from", async () => {
  const { run, data, beside } = await material();
  const [plan, ratings, weights] = ["plan.jsonl", "ratings.jsonl", "weights.json"].map(beside);
  const planned = await lager(["label", "plan", run, "-n", "60", "-o", `${plan}`]);
  expect(planned).toMatchObject({
    exitCode: 0,
    stdout: `60 ratings of 30 records planned: ${plan}\n`,
  });

  const args = [
    "label",
    run,
    "--data",
    data,
    "--plan",
    `${plan}`,
    "-o",
    `${ratings}`,
    "--rater",
    "anna",
  ];
  // Two answers that are none, one that is taken back, and all the others; then the input ends.
  const answers = [
    "7",
    "x",
    "1",
    "b",
    "2",
    ...Array.from({ length: 40 }, (_, i) => String((i % 3) + 1)),
  ];
  const first = await lager(args, { input: `${answers.join("\n")}\n` });
  expect(first).toMatchObject({ exitCode: 0 });
  expect(first.stdout).toContain('"7" is no answer.');
  expect(first.stdout).toContain("41 of 60 ratings done");
  const lines = (await readFile(`${ratings}`, "utf8")).trim().split("\n");
  expect(lines).toHaveLength(42);

  const rest = await lager(args, { input: `${"2\n".repeat(10)}q\n3\n` });
  expect(rest.stdout).toMatch(/^41 of 60 done · anna · record r\d+\n/);
  expect(rest.stdout).toContain("51 of 60 ratings done");

  const tuned = await lager([
    "tune",
    run,
    "--ratings",
    `${ratings}`,
    "-o",
    `${weights}`,
    "--allow-worse",
  ]);
  expect(tuned.stderr).toContain(`${weights}`);
  const { training } = JSON.parse(await readFile(`${weights}`, "utf8"));
  expect(training.rows).toBe(51);
  const without = await lager(["tune", run, "-o", beside("none.json"), "--recipe", "ridge"]);
  expect(without).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("the run has none"),
  });
});

it("raters are compared", async () => {
  const { beside } = await material();
  const file = await writeLines(
    beside("both.jsonl"),
    ["anna", "ben"].flatMap((rater) =>
      [1, 2, 3].map((human) => ({ id: `r${human}`, criterion: "depth", human, rater })),
    ),
  );
  const { exitCode, stdout } = await lager(["label", "agreement", file, "--json"]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout).agreement).toEqual([
    { criterion: "depth", shared: 3, alpha: 1, kappa: 1 },
    { criterion: null, shared: 3, alpha: 1, kappa: 1 },
  ]);
});
