import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { formatPlan } from "../../../src/workflows/rate/plan-ratings.ts";
import { RatingSession } from "../../../src/workflows/rate/rating-session.ts";
import { MADE_UP_HEADER, madeUpScores, writeRun } from "../../fixtures/made-up-run.ts";
import { rejection } from "../../support/errors.ts";
import { writeLines } from "../../support/scratch.ts";

/** A run of three records on two criteria, its data, and the place for the ratings. */
async function material() {
  const run = await writeRun(MADE_UP_HEADER, ...madeUpScores(3));
  const folder = path.dirname(run);
  const data = await writeLines(
    path.join(folder, "data.jsonl"),
    [0, 1, 2].map((i) => ({
      id: `r${i}`,
      instruction: `Question ${i}?`,
      response: `Answer ${i}.`,
    })),
  );
  const output = path.join(folder, "ratings.jsonl");
  return { run, folder, data, options: { data, output, rater: "anna" } };
}

const shown = (session: RatingSession) => {
  const view = session.current();
  return view && [view.item.id, view.item.criterion.name, view.done];
};

it("every scored line is shown in turn, and its score is written", async () => {
  const { run, options } = await material();
  await using session = await RatingSession.open(run, options);
  expect(session.current()).toMatchObject({
    total: 6,
    item: { texts: { response: "Answer 0." }, given: undefined, score: expect.any(Number) },
  });
  const seen: unknown[] = [];
  for (let view = shown(session); view !== null; view = shown(session)) {
    seen.push(view);
    await session.rate(seen.length === 2 ? null : 3);
  }
  expect(seen).toEqual([
    ["r0", "clarity", 0],
    ["r0", "depth", 1],
    ["r1", "clarity", 2],
    ["r1", "depth", 3],
    ["r2", "clarity", 4],
    ["r2", "depth", 5],
  ]);
  const lines = (await readFile(options.output, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ human }) => human)).toEqual([3, null, 3, 3, 3, 3]);
  expect(lines[0]).toEqual({ id: "r0", criterion: "clarity", human: 3, rater: "anna" });
  await rejection(session.rate(1), "INVALID_ARGUMENT");
});

it("a session goes on where the rater stopped, and another rater begins anew", async () => {
  const { run, options } = await material();
  {
    await using session = await RatingSession.open(run, options);
    await session.rate(2);
    await session.rate(null);
  }
  {
    await using again = await RatingSession.open(run, options);
    expect(shown(again)).toEqual(["r1", "clarity", 2]);
    // Two would take each other's last line away.
    await rejection(RatingSession.open(run, { ...options, rater: "ben" }), "OUTPUT_LOCKED");
  }
  await using other = await RatingSession.open(run, { ...options, rater: "ben" });
  expect(shown(other)).toEqual(["r0", "clarity", 0]);
});

it("going back shows what was given, and then goes on to what is left", async () => {
  const { run, options } = await material();
  await using session = await RatingSession.open(run, options);
  session.back();
  expect(shown(session)).toEqual(["r0", "clarity", 0]);
  await session.rate(2);
  await session.rate(2);
  session.back();
  session.back();
  expect(session.current()?.item).toMatchObject({ id: "r0", given: 2 });
  await session.rate(3);
  expect(shown(session)).toEqual(["r1", "clarity", 2]);
});

it("a plan says what is shown, in its order", async () => {
  const { run, folder, options } = await material();
  const plan = path.join(folder, "plan.jsonl");
  const planned = [
    { id: "r2", criterion: "depth" },
    { id: "r0", criterion: "clarity" },
  ];
  await writeFile(plan, formatPlan(planned));
  await using session = await RatingSession.open(run, { ...options, plan, blind: true });
  expect(session.current()).toMatchObject({ total: 2, item: { score: null } });
  expect(shown(session)).toEqual(["r2", "depth", 0]);
  await session.rate(1);
  expect(shown(session)).toEqual(["r0", "clarity", 1]);
});

it("data of another run, a plan of another run and a value of no label are refused", async () => {
  const { run, folder, data, options } = await material();
  const plan = path.join(folder, "plan.jsonl");
  await writeFile(plan, formatPlan([{ id: "r9", criterion: "clarity" }]));
  const stale = await rejection(RatingSession.open(run, { ...options, plan }), "INVALID_ARGUMENT");
  expect(stale.message).toContain("plan anew");
  await writeLines(data, [{ id: "r0", instruction: "?", response: "!" }]);
  const other = await rejection(RatingSession.open(run, options), "INVALID_ARGUMENT");
  expect(other.message).toContain("give the data that the run was scored from");
  const { run: second, options: sound } = await material();
  await using session = await RatingSession.open(second, sound);
  await rejection(session.rate(1.5), "INVALID_ARGUMENT");
  await rejection(RatingSession.open(run, { ...options, rater: " " }), "INVALID_ARGUMENT");
});

describe("the texts that are shown", () => {
  const texts = { instruction: "Own?", response: "Its own.", reference: "", context: "" };

  it("are the run's own where it has them, whatever became of the data", async () => {
    const header = { ...MADE_UP_HEADER, input: "gone.jsonl" };
    const run = await writeRun(header, ...madeUpScores(2).map((line) => ({ ...line, texts })));
    const output = path.join(path.dirname(run), "ratings.jsonl");
    await using session = await RatingSession.open(run, { output, rater: "anna" });
    expect(session.current()?.item).toMatchObject({ id: "r0", texts });
  });

  it("are the data's where the run has none, and no others than those of the plan are needed", async () => {
    const run = await writeRun(MADE_UP_HEADER, ...madeUpScores(3));
    const folder = path.dirname(run);
    const data = await writeLines(path.join(folder, "data.jsonl"), [
      { id: "r1", instruction: "Q?", response: "A." },
    ]);
    const plan = path.join(folder, "plan.jsonl");
    await writeFile(plan, formatPlan([{ id: "r1", criterion: "depth" }]));
    const options = { data, plan, output: path.join(folder, "ratings.jsonl"), rater: "anna" };
    await using session = await RatingSession.open(run, options);
    expect(session.current()?.item).toMatchObject({ id: "r1", texts: { response: "A." } });
  });

  it.each([
    [{}, "name it with --data"],
    [{ input: "gone.jsonl" }, "gone.jsonl any more: name it with --data"],
  ])("are asked for where neither has them: %j", async (named, message) => {
    const run = await writeRun({ ...MADE_UP_HEADER, ...named }, ...madeUpScores(1));
    const output = path.join(path.dirname(run), "ratings.jsonl");
    const error = await rejection(
      RatingSession.open(run, { output, rater: "anna" }),
      "INVALID_ARGUMENT",
    );
    expect(error.message).toContain(message);
  });

  it("are refused where the judge read others", async () => {
    const { run, options } = await material();
    const scores = madeUpScores(1).map((line) => ({ ...line, inputHash: "0".repeat(16) }));
    const changed = await writeRun(MADE_UP_HEADER, ...scores);
    const error = await rejection(RatingSession.open(changed, options), "INVALID_ARGUMENT");
    expect(error.message).toContain("2 scores of the run");
    await using session = await RatingSession.open(run, options);
    expect(shown(session)).toEqual(["r0", "clarity", 0]);
  });
});
