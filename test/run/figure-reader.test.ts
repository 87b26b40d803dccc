import { expect, it } from "vitest";
import { figureReader } from "../../src/run/figure-reader.ts";
import { exampleNodesScore, exampleScore, HEADER, NODES_HEADER } from "../fixtures/example-run.ts";
import { rowsOf } from "../support/node-logits.ts";

it("a figure of other layers is the expectation under their mean logits", () => {
  const line = exampleScore();
  const [, first = [], second = []] = rowsOf(line.nodes[0]).map((row) => row ?? []);
  const odds = first.map((z, k) => Math.exp((z + (second[k] ?? 0)) / 2));
  const total = odds.reduce((sum, each) => sum + each, 0);
  const expected = odds.reduce((sum, each, k) => sum + (each / total) * (k + 1), 0);
  expect(figureReader("score", HEADER, "all")(line)).toBeCloseTo(expected, 6);
  expect(figureReader("score", HEADER, "2")(line)).not.toBeCloseTo(expected, 3);
  expect(figureReader("score", HEADER, undefined)(line)).toBe(line.score);
  expect(figureReader("vanilla", HEADER, "all")(line)).toBe(line.vanilla);
});

it("a contrast is the last layer's logits less half of the middle third's mean", () => {
  const line = exampleScore();
  // Two layers: 1 is the middle third, and 2 the last.
  const [, middle = [], last = []] = rowsOf(line.nodes[0]).map((row) => row ?? []);
  const odds = last.map((z, k) => Math.exp(z - (middle[k] ?? 0) / 2));
  const total = odds.reduce((sum, each) => sum + each, 0);
  const expected = odds.reduce((sum, each, k) => sum + (each / total) * (k + 1), 0);
  expect(figureReader("score", HEADER, "contrast")(line)).toBeCloseTo(expected, 6);
  expect(figureReader("score", HEADER, "contrast:0")(line)).toBe(
    figureReader("score", HEADER, "2")(line),
  );
});

it("a figure of other layers is aggregated at each node where labels have several tokens", () => {
  // Mean logits 0.5 and 0.45 at the root, 2.05 and 4 behind its first outcome.
  const one = 1 / (1 + Math.exp(0.45 - 0.5));
  const end = 1 / (1 + Math.exp(4 - 2.05));
  const expected = one * end + 2 * (1 - one) + 10 * one * (1 - end);
  expect(figureReader("score", NODES_HEADER, "all")(exampleNodesScore())).toBeCloseTo(expected, 5);
});
