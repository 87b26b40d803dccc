import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { formatPlan, planRatings } from "../../../src/workflows/rate/plan-ratings.ts";
import { readPlan } from "../../../src/workflows/rate/read-plan.ts";
import { MADE_UP_HEADER, madeUpScores, writeRun } from "../../fixtures/made-up-run.ts";
import { rejection } from "../../support/errors.ts";

it("a plan names records and criteria, and is read as it was written", async () => {
  const run = await writeRun(MADE_UP_HEADER, ...madeUpScores(8));
  const plan = await planRatings([run], { count: 4 });
  expect(plan.map(({ criterion }) => criterion)).toEqual(["clarity", "depth", "clarity", "depth"]);
  const file = path.join(path.dirname(run), "plan.jsonl");
  await writeFile(file, formatPlan(plan));
  expect(await readPlan(file)).toEqual(plan);
  await writeFile(file, '{"id":"1"}\n');
  await rejection(readPlan(file), "INVALID_FIELD");
  await writeFile(file, "id,criterion\n");
  await rejection(readPlan(file), "MALFORMED_RECORD");
});
