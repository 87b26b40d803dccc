import { expect, test } from "vitest";
import { figureReader } from "../../src/run/figure-reader.ts";
import { exampleNodesScore, exampleScore, HEADER } from "./example-run.ts";

test("a figure of other layers is the expectation under their mean logits", () => {
  const line = exampleScore();
  const [, first = [], second = []] = line.logits.normed.map((row) => row ?? []);
  const odds = first.map((z, k) => Math.exp((z + (second[k] ?? 0)) / 2));
  const total = odds.reduce((sum, each) => sum + each, 0);
  const expected = odds.reduce((sum, each, k) => sum + (each / total) * (k + 1), 0);
  expect(figureReader("lager", HEADER, "all")(line)).toBeCloseTo(expected, 6);
  expect(figureReader("lager", HEADER, "2")(line)).not.toBeCloseTo(expected, 3);
  expect(figureReader("lager", HEADER, undefined)(line)).toBe(line.score);
  expect(figureReader("direct", HEADER, "all")(line)).toBe(line.direct);
  const several = exampleNodesScore();
  expect(() => figureReader("lager", HEADER, "all")(several)).toThrow(
    expect.objectContaining({ code: "INVALID_ARGUMENT" }),
  );
});
