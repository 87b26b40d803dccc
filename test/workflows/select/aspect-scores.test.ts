import { describe, expect, it } from "vitest";
import { figureReader } from "../../../src/run/figure-reader.ts";
import { readAspectScores } from "../../../src/workflows/select/aspect-scores.ts";
import { exampleScore, FAILURE, HEADER } from "../../fixtures/example-run.ts";

async function* lines() {
  for (const [id, criterion, score, eScore] of [
    ["1", "a", 2, 5],
    ["1", "b", 4, 1],
    ["2", "a", 3, 3],
    ["3", "b", 1, 1],
    ["3", "a", 1, 2],
  ] as const) {
    yield exampleScore({ id, criterion, score, eScore });
  }
  yield { ...FAILURE, id: "2", criterion: "b" };
  yield { ...FAILURE, id: "4" };
}

describe("aspect scores", () => {
  it("are those of records that have them all", async () => {
    const found = await readAspectScores(lines(), ["a", "b"], ({ score }) => score);
    expect(found.scores).toEqual(
      new Map([
        ["1", [2, 4]],
        ["3", [1, 1]],
      ]),
    );
    expect(found.incomplete).toEqual(["2", "4"]);
    const one = await readAspectScores(lines(), ["a"], figureReader("e-score", HEADER, undefined));
    expect([...one.scores.values()]).toEqual([[5], [3], [2]]);
  });
});
