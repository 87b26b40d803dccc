import { describe, expect, it } from "vitest";
import {
  disagreementOf,
  type PickLinesOptions,
  parseLineFilter,
  pickLines,
} from "../../src/run/pick-lines.ts";
import type { Outcome } from "../../src/scoring/score/outcome.ts";
import { exampleScore, FAILURE } from "../fixtures/example-run.ts";
import { rejection } from "../support/errors.ts";

const LINES: Outcome[] = [
  exampleScore({ id: "a", score: 2, entropy: 0.5, scoreMass: 0.9, eScore: 2, lager: 2 }),
  FAILURE,
  exampleScore({ id: "b", score: 1, entropy: 0.9, scoreMass: 0.2, eScore: 1, lager: 2.5 }),
  exampleScore({ id: "c", score: 3, entropy: 0.1, scoreMass: 0.5, eScore: 2, lager: 3, human: 2 }),
  exampleScore({ id: "d", score: 2, entropy: 0.5, criterion: "depth", systemId: "s" }),
];

async function* stream(): AsyncGenerator<Outcome> {
  yield* LINES;
}

async function ids(options: Partial<PickLinesOptions>): Promise<string> {
  const { lines } = await pickLines(stream(), { top: 10, ...options });
  return lines.map(({ id }) => id).join("");
}

describe("scores of a run", () => {
  it("come in the run's order where nobody asks for another", async () => {
    expect(await ids({})).toBe("abcd");
    expect(await ids({ top: 2 })).toBe("ab");
  });

  it.each([
    ["score", "badc"],
    ["entropy", "badc"],
    ["scoreMass", "bcda"],
    ["disagreement", "bcda"],
  ] as const)("are sorted by %s, the most doubtful first", async (sort, order) => {
    expect(await ids({ sort })).toBe(order);
    expect(await ids({ sort, top: 2 })).toBe(order.slice(0, 2));
  });

  it("are sorted the other way round", async () => {
    expect(await ids({ sort: "score", reverse: true })).toBe("cadb");
  });

  it.each([
    ["criterion=depth", "d"],
    ["system=s", "d"],
    ["id=b", "b"],
    ["score<2", "b"],
    ["score<=2", "abd"],
    ["score>2", "c"],
    ["entropy >= 0.9", "b"],
    ["human=2", "c"],
    ["disagreement>1", "b"],
  ])("are those of which %s holds", async (condition, found) => {
    expect(await ids({ where: [parseLineFilter(condition)] })).toBe(found);
  });

  it("meet all of several conditions, and those beyond the top are counted", async () => {
    const where = ["score<3", "entropy<0.8"].map(parseLineFilter);
    expect(await pickLines(stream(), { where, top: 1 })).toMatchObject({
      lines: [{ id: "a" }],
      matching: 2,
    });
  });
});

it("a disagreement is the spread of the expectations, without vanilla", () => {
  expect(disagreementOf(exampleScore({ vanilla: 9, score: 2, eScore: 1, lager: 1.5 }))).toBe(1);
});

it.each(["", "score", "score=", "score<two", "colour=red", "criterion<depth"])(
  "%j is no condition",
  (text) => {
    expect(() => parseLineFilter(text)).toThrow(/is no condition/);
  },
);

it.each([
  ["a sort that there is none of", { sort: "colour" as never, top: 1 }],
  ["no top", { top: 0 }],
  ["a condition that is none", { where: ["score<2" as never], top: 1 }],
])("%s is refused", async (_, options) => {
  await rejection(pickLines(stream(), options), "INVALID_ARGUMENT");
});
