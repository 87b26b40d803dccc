import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { formatRating, meanRatings } from "../../../src/run/ratings.ts";
import type { RunTable } from "../../../src/run/run-table.ts";
import { ViewRatings } from "../../../src/workflows/view/view-ratings.ts";
import { madeUpTable } from "../../fixtures/made-up-run.ts";
import { rejection } from "../../support/errors.ts";
import { scratchFolder } from "../../support/scratch.ts";

/** Ratings by anna of two runs, of which the second lacks the last record. */
async function rating(before: { readonly own?: string; readonly other?: string } = {}) {
  const folder = await scratchFolder();
  const output = path.join(folder, "anna.jsonl");
  const other = path.join(folder, "ben.jsonl");
  if (before.own !== undefined) await writeFile(output, before.own);
  await writeFile(other, before.other ?? "");
  const ratings = await ViewRatings.open({ output, rater: "anna", others: [other] });
  onTestFinished(() => ratings[Symbol.asyncDispose]());
  const tables = [madeUpTable(3, { labelled: false }), madeUpTable(2, { labelled: false })];
  ratings.show(tables);
  return { ratings, tables, output, files: [other, output] };
}

const LINE = { id: "r1", criterion: "depth" };
/** The number of that line in either run. */
const AT = 3;
const humans = (tables: readonly RunTable[]) => tables.map(({ human }) => human[AT]);

it("a rating is on the disk, and counts in every run that has the line", async () => {
  const { ratings, tables, output } = await rating();
  expect(await ratings.rate(0, AT, 2)).toEqual([
    { run: 0, line: AT, human: 2, given: 2 },
    { run: 1, line: AT, human: 2, given: 2 },
  ]);
  expect(await readFile(output, "utf8")).toBe(formatRating({ ...LINE, human: 2, rater: "anna" }));
  expect(humans(tables)).toEqual([2, 2]);
  expect(await ratings.rate(0, 5, 1)).toEqual([{ run: 0, line: 5, human: 1, given: 1 }]);
  expect(ratings.given(1)).toEqual([{ run: 1, line: AT, human: 2, given: 2 }]);
});

it("the human score is the mean that lager eval takes of the same files", async () => {
  const other = formatRating({ ...LINE, human: 3, rater: "ben" });
  const own = formatRating({ ...LINE, human: 1, rater: "carla" });
  const { ratings, files } = await rating({ other, own });
  expect(ratings.files).toEqual(files);
  const [change] = await ratings.rate(1, AT, 3);
  expect(change?.human).toBe((3 + 1 + 3) / 3);
  expect([...(await meanRatings(files)).values()]).toEqual([change?.human]);
});

it("what is left out counts for nothing", async () => {
  const { ratings, tables } = await rating();
  expect(await ratings.rate(1, AT, null)).toEqual([
    { run: 0, line: AT, human: null, given: null },
    { run: 1, line: AT, human: null, given: null },
  ]);
  expect(humans(tables)).toEqual([Number.NaN, Number.NaN]);
});

it("ratings are taken back, the last first, those of the file before stay", async () => {
  const before = formatRating({ ...LINE, human: 3, rater: "anna" });
  const { ratings, tables, output } = await rating({ own: before });
  expect(ratings.given(0)).toEqual([{ run: 0, line: AT, human: 3, given: 3 }]);
  await ratings.rate(0, AT, 1);
  await ratings.rate(0, 0, 2);
  expect(await ratings.takeBack()).toEqual([
    { run: 0, line: 0, human: null },
    { run: 1, line: 0, human: null },
  ]);
  expect(await ratings.takeBack()).toMatchObject([{ human: 3, given: 3 }, { human: 3 }]);
  expect(humans(tables)).toEqual([3, 3]);
  expect(await ratings.takeBack()).toEqual([]);
  expect(await readFile(output, "utf8")).toBe(before);
});

it("what the scale has not, and lines that are not there, are refused before anything is written", async () => {
  const { ratings, output } = await rating();
  await rejection(ratings.rate(0, AT, 1.5), "INVALID_ARGUMENT");
  await rejection(ratings.rate(0, 6, 1), "INVALID_ARGUMENT");
  await rejection(ratings.rate(2, 0, 1), "INVALID_ARGUMENT");
  expect(await readFile(output, "utf8")).toBe("");
});
