import path from "node:path";
import { describe, expect, it } from "vitest";
import { lineKey } from "../../src/run/line-key.ts";
import { meanRatings, readRatings } from "../../src/run/ratings.ts";
import { rejection } from "../support/errors.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";

const rating = (id: string, human: number | null, rater = "anna") => ({
  id,
  criterion: "clarity",
  human,
  rater,
});

async function file(...lines: (object | string)[]): Promise<string> {
  return writeLines(path.join(await scratchFolder(), "ratings.jsonl"), lines);
}

describe("readRatings", () => {
  it("the last of a rater's lines on one record counts", async () => {
    const { ratings } = await readRatings(
      await file(rating("1", 2), rating("1", 3, "ben"), rating("2", null), rating("1", 5)),
    );
    expect(ratings).toEqual([rating("1", 5), rating("1", 3, "ben"), rating("2", null)]);
  });

  it.each([
    ["{", "MALFORMED_RECORD", "not JSON"],
    ["[]", "INVALID_FIELD", "a rating is an object"],
    [{ ...rating("1", 1), human: "4" }, "INVALID_FIELD", "must be a number"],
    [{ ...rating("1", 1), human: undefined }, "INVALID_FIELD", "must be a number"],
    [{ ...rating("1", 1), rater: 3 }, "INVALID_FIELD", "a text"],
    [{ ...rating("1", 1), id: 1 }, "INVALID_FIELD", "a text"],
  ] as const)("%j is %s with its line", async (line, code, message) => {
    const error = await rejection(readRatings(await file(rating("1", 1), line)), code);
    expect(error.message).toContain(message);
    expect(error.place.line).toBe(2);
  });
});

it("several raters' scores are averaged, and what was left out counts nowhere", async () => {
  const first = await file(rating("1", 2), rating("2", null), rating("3", 1));
  const second = await file(rating("1", 5, "ben"), rating("2", 4, "ben"));
  expect(await meanRatings([first, second])).toEqual(
    new Map([
      [lineKey({ id: "1", criterion: "clarity" }), 3.5],
      [lineKey({ id: "3", criterion: "clarity" }), 1],
      [lineKey({ id: "2", criterion: "clarity" }), 4],
    ]),
  );
});
