import { describe, expect, it } from "vitest";
import { pickRatings } from "../../../src/analysis/rating/pick-ratings.ts";
import { madeUpTable, noisyLayers } from "../../fixtures/made-up-run.ts";
import { rejection } from "../../support/errors.ts";

const TABLE = madeUpTable(30, { layers: noisyLayers(), labelled: false });
const recordsOf = (lines: readonly number[]) => lines.map((line) => TABLE.recordOf[line]);

describe.each(["random", "record"] as const)("by %s", (by) => {
  it("whole records are picked, each once, until there are enough ratings", async () => {
    const lines = await pickRatings(TABLE, { count: 7, by });
    // Two criteria each.
    expect(lines).toHaveLength(8);
    const records = recordsOf(lines);
    expect(new Set(records).size).toBe(4);
    for (let i = 0; i < 8; i += 2) expect(records[i]).toBe(records[i + 1]);
  });

  it("more ratings go on with what fewer begin with", async () => {
    const few = await pickRatings(TABLE, { count: 6, by });
    const more = await pickRatings(TABLE, { count: 20, by });
    expect(more.slice(0, 6)).toEqual(few);
  });

  it("the same records are picked, whatever people said", async () => {
    const labelled = madeUpTable(30, { layers: noisyLayers() });
    const lines = await pickRatings(TABLE, { count: 10, by });
    expect(await pickRatings(labelled, { count: 10, by })).toEqual(lines);
  });

  it("all records are picked where more are asked for than there are", async () => {
    expect((await pickRatings(TABLE, { count: 1000, by })).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 60 }, (_, line) => line),
    );
  });
});

it("records are drawn at random by default, and the seed decides which", async () => {
  const lines = await pickRatings(TABLE, { count: 10 });
  expect(await pickRatings(TABLE, { count: 10, by: "random", seed: 42 })).toEqual(lines);
  expect(await pickRatings(TABLE, { count: 10, seed: 43 })).not.toEqual(lines);
});

describe("by criterion", () => {
  it("each record is picked on one criterion, and the criteria take turns", async () => {
    const lines = await pickRatings(TABLE, { count: 30, by: "criterion" });
    expect(new Set(recordsOf(lines)).size).toBe(30);
    const first = lines.filter((line) => TABLE.criterionOf[line] === 0);
    expect(first).toHaveLength(15);
  });

  it("the seed decides what is drawn", async () => {
    const pick = (seed: number) => pickRatings(TABLE, { count: 8, by: "criterion", seed });
    expect(await pick(1)).toEqual(await pick(1));
    expect(await pick(1)).not.toEqual(await pick(2));
  });

  it("what is drawn lies all over the judge's scores", async () => {
    const table = madeUpTable(40, { layers: noisyLayers(), labelled: false });
    const lines = await pickRatings(table, { count: 4, by: "criterion" });
    const all = await pickRatings(table, { count: 40, by: "criterion" });
    expect(new Set(lines).size).toBe(4);
    expect(all).toHaveLength(40);
  });
});

it("nothing to rate is an error", async () => {
  await rejection(pickRatings(TABLE, { count: 0 }), "INVALID_ARGUMENT");
  await rejection(pickRatings(madeUpTable(0), { count: 3 }), "INVALID_ARGUMENT");
});

it("planning can be aborted", async () => {
  const signal = AbortSignal.abort();
  await rejection(pickRatings(madeUpTable(2000), { count: 2000, by: "record", signal }), "ABORTED");
});
