import path from "node:path";
import { expect, it } from "vitest";
import { compareRaters } from "../../../src/workflows/rate/compare-raters.ts";
import { rejection } from "../../support/errors.ts";
import { scratchFolder, writeLines } from "../../support/scratch.ts";

async function file(...lines: readonly (readonly [string, string, number | null, string])[]) {
  const ratings = lines.map(([id, criterion, human, rater]) => ({ id, criterion, human, rater }));
  return writeLines(path.join(await scratchFolder(), "ratings.jsonl"), ratings);
}

it("two raters are compared on each criterion and on all, over what both scored", async () => {
  const first = await file(
    ["1", "clarity", 1, "anna"],
    ["2", "clarity", 3, "anna"],
    ["1", "depth", 2, "anna"],
    ["3", "depth", null, "anna"],
  );
  const second = await file(
    ["1", "clarity", 1, "ben"],
    ["2", "clarity", 3, "ben"],
    ["1", "depth", 3, "ben"],
    ["3", "depth", 1, "ben"],
  );
  expect(await compareRaters([first, second])).toEqual({
    raters: [
      { rater: "anna", scores: 3 },
      { rater: "ben", scores: 4 },
    ],
    agreement: [
      { criterion: "clarity", shared: 2, alpha: 1, kappa: 1 },
      { criterion: "depth", shared: 1, alpha: 0, kappa: 0 },
      { criterion: null, shared: 3, alpha: expect.closeTo(0.8, 1), kappa: expect.closeTo(0.8, 1) },
    ],
  });
});

it("one rater is an error that says whose the scores are", async () => {
  const error = await rejection(
    compareRaters([await file(["1", "clarity", 1, "anna"])]),
    "INVALID_ARGUMENT",
  );
  expect(error.message).toContain('all "anna"');
  const none = await rejection(compareRaters([await file()]), "INVALID_ARGUMENT");
  expect(none.message).toContain("nobody");
});
