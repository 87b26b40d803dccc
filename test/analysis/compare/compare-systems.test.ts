import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  type CompareSystemsOptions,
  compareSystems,
} from "../../../src/analysis/compare/compare-systems.ts";
import { parseTask } from "../../../src/input/task/parse-task.ts";
import { figureReader } from "../../../src/run/figure-reader.ts";
import type { RunHeader } from "../../../src/run/run-format.ts";
import type { Score } from "../../../src/scoring/score/outcome.ts";
import { exampleScore, HEADER } from "../../fixtures/example-run.ts";
import { runText } from "../../fixtures/made-up-run.ts";
import {
  type SimulatedSystem,
  simulatedLines,
  writeSimulatedRun,
} from "../../fixtures/simulated-systems.ts";
import { rejection } from "../../support/errors.ts";
import { scratchFolder, writeLines } from "../../support/scratch.ts";

const CRITERIA = ["clarity", "depth"];
const TWO_CRITERIA: RunHeader = {
  ...HEADER,
  task: parseTask({
    name: "two",
    scale: { min: 1, max: 3 },
    criteria: CRITERIA.map((name) => ({ name, description: name })),
  }),
};

/** Every fourth record is answered worse. */
const isWorse = (record: number) => record % 4 === 0;
const WORSE: SimulatedSystem = { seed: 3, shift: (record) => (isWorse(record) ? -1 : 0) };
const BASE: SimulatedSystem = { seed: 2 };

async function compared(
  systems: Readonly<Record<string, readonly Score[]>>,
  options: CompareSystemsOptions = {},
  header: RunHeader = HEADER,
) {
  const folder = await scratchFolder();
  const files: string[] = [];
  for (const [name, lines] of Object.entries(systems)) {
    files.push(await writeSimulatedRun(folder, `${name}.jsonl`, lines, header));
  }
  return compareSystems(files, { resamples: 300, ...options });
}

/** Notes that are not about texts, which most of these runs do not have. */
function aboutRuns(notes: readonly string[]): string[] {
  return notes.filter((note) => !note.startsWith("Texts of"));
}

describe("two sets of answers to the same instructions", () => {
  it("differ where one was made worse, and the movers are of that part", async () => {
    const { criteria, movers, overall, pairedBy } = await compared({
      before: simulatedLines(BASE),
      after: simulatedLines(WORSE),
    });
    expect(overall).toBeNull();
    expect(pairedBy).toBe("id");
    const { clarity } = criteria;
    expect(clarity).toMatchObject({ first: "before", second: "after", n: 100, unpaired: 0 });
    expect(clarity?.settled).toBe(true);
    expect(clarity?.moreRecords).toBeNull();
    // A quarter of the records lost a whole point.
    expect(clarity?.difference?.low).toBeLessThan(-0.25);
    expect(clarity?.difference?.high).toBeGreaterThan(-0.25);
    expect(clarity?.difference?.high).toBeLessThan(0);
    expect(clarity?.losses).toBeGreaterThan(clarity?.wins ?? 0);
    expect((clarity?.wins ?? 0) + (clarity?.ties ?? 0) + (clarity?.losses ?? 0)).toBe(100);
    expect(clarity?.leaderboard.map(({ system }) => system)).toEqual(["before", "after"]);
    expect(movers).toHaveLength(10);
    expect(
      movers.every(({ pair, difference }) => isWorse(Number(pair.slice(1))) && difference < 0),
    ).toBe(true);
  });

  it("turn every sign when they are swapped, and nothing else", async () => {
    const [before, after] = [simulatedLines(BASE), simulatedLines(WORSE)];
    const one = (await compared({ before, after })).criteria.clarity;
    // Another order of lines is no other comparison.
    const two = (await compared({ after: after.toReversed(), before })).criteria.clarity;
    expect(two?.difference?.value).toBeCloseTo(-(one?.difference?.value ?? 9), 12);
    expect(two?.difference?.low).toBeCloseTo(-(one?.difference?.high ?? 9), 12);
    expect(two?.difference?.high).toBeCloseTo(-(one?.difference?.low ?? 9), 12);
    expect(two).toMatchObject({ wins: one?.losses, losses: one?.wins, ties: one?.ties });
    expect(two?.probabilityOfSuperiority?.value).toBeCloseTo(
      1 - (one?.probabilityOfSuperiority?.value ?? 9),
      12,
    );
    expect(two?.leaderboard).toEqual(one?.leaderboard);
  });

  it("say how many more records would settle what they cannot", async () => {
    const { criteria } = await compared({
      before: simulatedLines({ ...BASE, records: 30 }),
      after: simulatedLines({ seed: 3, shift: () => 0.02, records: 30 }),
    });
    expect(criteria.clarity?.settled).toBe(false);
    expect(criteria.clarity?.moreRecords).toBeGreaterThan(30);
  });

  it("have the part of the difference that goes with length", async () => {
    const { criteria } = await compared({
      before: simulatedLines({ ...BASE, length: (record) => 100 + (record % 7) }),
      // Longer by up to 90, and a hundredth of a point better for each code point.
      after: simulatedLines({
        seed: 3,
        length: (record) => 100 + (record % 7) + 10 * (record % 10),
        shift: (record) => 0.1 * (record % 10),
      }),
    });
    const length = criteria.clarity?.length;
    expect(length?.meanDifference).toBe(45);
    expect(length?.per100).toBeCloseTo(1, 0);
    expect(length?.share).toBeGreaterThan(0.7);
    expect((length?.part.value ?? 0) + (length?.rest.value ?? 0)).toBeCloseTo(
      criteria.clarity?.difference?.value ?? 9,
      12,
    );
    expect(length?.rest.low).toBeLessThan(0);
    expect(length?.rest.high).toBeGreaterThan(0);
  });

  it("have ties as wide as they are told", async () => {
    const systems = { before: simulatedLines(BASE), after: simulatedLines(WORSE) };
    const { criteria } = await compared(systems, { tie: 9 });
    expect(criteria.clarity).toMatchObject({ wins: 0, ties: 100, losses: 0, resolution: 9 });
  });

  it("are averaged over the criteria that they have in common", async () => {
    const both = simulatedLines({ ...BASE, criteria: CRITERIA });
    const result = await compared(
      { before: both, after: simulatedLines({ ...WORSE, criteria: CRITERIA }) },
      {},
      TWO_CRITERIA,
    );
    expect(Object.keys(result.criteria)).toEqual(CRITERIA);
    const [clarity, depth] = CRITERIA.map((name) => result.criteria[name]?.difference?.value ?? 9);
    expect(result.overall?.difference?.value).toBeCloseTo(((clarity ?? 9) + (depth ?? 9)) / 2, 12);
    const one = await compared({ before: both, after: simulatedLines(WORSE) }, {}, TWO_CRITERIA);
    expect(Object.keys(one.criteria)).toEqual(["clarity"]);
    expect(aboutRuns(one.notes)).toEqual(["Not every system was scored on depth: left out."]);
  });

  it("leave out what only one of them has, and say so", async () => {
    const { criteria, notes } = await compared({
      before: simulatedLines({ ...BASE, records: 40 }),
      after: simulatedLines({ ...WORSE, records: 30 }),
    });
    expect(criteria.clarity).toMatchObject({ n: 30, unpaired: 10 });
    expect(aboutRuns(notes)).toEqual([]);
  });
});

it("equal sets have an interval that covers 0 in about 95 of 100 draws", {
  timeout: 120_000,
}, async () => {
  const draws = 200;
  let covered = 0;
  let settled = 0;
  const folder = await scratchFolder();
  for (let draw = 0; draw < draws; draw++) {
    const files = await Promise.all(
      ["a", "b"].map((name, i) => {
        const lines = simulatedLines({ seed: 1000 + 2 * draw + i, groupSize: 2 });
        return writeSimulatedRun(folder, `${name}.jsonl`, lines);
      }),
    );
    const { criteria } = await compareSystems(files, { resamples: 400, movers: 1 });
    const { low, high } = criteria.clarity?.difference ?? {};
    if ((low ?? 1) <= 0 && (high ?? -1) >= 0) covered++;
    if (criteria.clarity?.settled === true) settled++;
  }
  // Of 200 draws at 95 %, fewer than 181 or more than 198 would come about once in 100 such tests.
  expect(covered).toBeGreaterThanOrEqual(181);
  expect(covered).toBeLessThanOrEqual(198);
  expect(settled).toBeLessThanOrEqual(draws - covered);
});

describe("more than two systems", () => {
  const shifts = { best: 0.5, middle: 0.02, low: 0 };
  const systems = Object.fromEntries(
    Object.entries(shifts).map(([name, shift], i) => [
      name,
      simulatedLines({ seed: 20 + i, shift: () => shift }),
    ]),
  );

  it("have a leaderboard, and a matrix that is corrected for its size", async () => {
    const { criteria, systems: named } = await compared(systems);
    expect(named.map(({ name }) => name)).toEqual(["best", "middle", "low"]);
    const { clarity } = criteria;
    expect(clarity?.leaderboard[0]).toMatchObject({ system: "best", n: 100 });
    expect(clarity?.difference).toBeUndefined();
    const pairs = clarity?.pairs ?? [];
    expect(pairs.map(({ first, second }) => `${first} ${second}`)).toEqual([
      "best middle",
      "best low",
      "middle low",
    ]);
    for (const { p, pHolm } of pairs) expect(pHolm).toBeGreaterThanOrEqual(p ?? 1);
    expect(pairs.map(({ settled }) => settled)).toEqual([true, true, false]);
    expect(pairs[2]?.moreRecords).toBeGreaterThan(0);
  });

  it("may be the systems of one run, paired by their instructions", async () => {
    const lines = Object.entries(shifts).flatMap(([systemId, shift], i) =>
      simulatedLines({
        seed: 20 + i,
        shift: () => shift,
        systemId,
        idOf: (record) => `${systemId} ${record}`,
      }),
    );
    const one = await compared({ run: lines }, { by: "system" });
    const several = await compared(systems);
    expect(one.pairedBy).toBe("group");
    expect(one.systems.map(({ name }) => name)).toEqual(Object.keys(shifts));
    expect(one.criteria.clarity?.pairs.map(({ n }) => n)).toEqual([100, 100, 100]);
    const values = (result: typeof one) =>
      result.criteria.clarity?.pairs.map(({ difference }) => difference.value?.toFixed(12));
    expect(values(one)).toEqual(values(several));
  });
});

describe("what a comparison says of its runs", () => {
  it("is where they differ in judge, task, options and device", async () => {
    const folder = await scratchFolder();
    const lines = simulatedLines({ records: 3 });
    const other: RunHeader = {
      ...HEADER,
      judge: { ...HEADER.judge, name: "other", sha256: "cd".repeat(32) },
      task: parseTask({ ...HEADER.task, description: "Another." }),
      options: { ...HEADER.options, layers: "last" },
      machine: { ...HEADER.machine, threads: 8 },
    };
    const files = [
      await writeSimulatedRun(folder, "a.jsonl", lines),
      await writeSimulatedRun(folder, "b.jsonl", lines, other),
    ];
    const { notes, criteria } = await compareSystems(files, { resamples: 10 });
    expect(aboutRuns(notes)).toEqual([
      expect.stringMatching(/^a and b have different judges \(judge.name, judge.sha256\)/),
      expect.stringMatching(/^a and b have different tasks \(task.description\)/),
      expect.stringMatching(/^a and b have different options \(options.layers\)/),
      expect.stringMatching(/^a and b have different devices .*\(machine.threads\)/),
    ]);
    // The same scores differ in nothing, which no number of records would settle.
    expect(criteria.clarity).toMatchObject({
      difference: { value: 0, low: 0, high: 0 },
      ...{ wins: 0, ties: 3, losses: 0, settled: false, moreRecords: null, p: 1 },
    });
  });

  it("has the movers' texts, from the data or the runs themselves", async () => {
    const folder = await scratchFolder();
    const data = await writeLines(path.join(folder, "data.jsonl"), [
      { id: "r0", instruction: "Q?", response: "From the data." },
    ]);
    const texts = { instruction: "Q?", response: "From the run.", reference: "", context: "" };
    const file = async (name: string, line: Score, header = HEADER) => {
      const run = path.join(folder, name);
      await writeFile(run, runText(header, line));
      return run;
    };
    const files = [
      await file("a.jsonl", exampleScore({ id: "r0", score: 1 }), {
        ...HEADER,
        input: path.basename(data),
      }),
      await file("b.jsonl", exampleScore({ id: "r0", score: 2, texts })),
      await file("c.jsonl", exampleScore({ id: "r0", score: 1.5 })),
    ];
    const { movers, notes } = await compareSystems(files, { resamples: 10 });
    expect(movers).toHaveLength(1);
    expect(movers[0]).toMatchObject({
      ...{ criterion: "clarity", pair: "r0", difference: 1 },
      first: { system: "a", texts: { texts: { response: "From the data." }, state: "unknown" } },
      second: { system: "b", texts: { texts: { response: "From the run." }, state: "same" } },
    });
    expect(aboutRuns(notes)).toEqual([]);
    const [a = "", , c = ""] = files;
    expect((await compareSystems([c, a], { resamples: 10 })).notes).toEqual([
      expect.stringMatching(/^Texts of .*c\.jsonl: the run does not say which data/),
    ]);
  });
});

describe("there is no comparison", () => {
  const lines = simulatedLines({ records: 3 });

  it.each([
    ["of one run", { a: lines }, {}],
    ["by what there is none of", { a: lines, b: lines }, { by: "model" as never }],
    ["with a tie below 0", { a: lines, b: lines }, { tie: -1 }],
    ["with half a mover", { a: lines, b: lines }, { movers: 0.5 }],
    ["at a level that is none", { a: lines, b: lines }, { level: 1 }],
    ["of a run without systems", { a: lines }, { by: "system" }],
    [
      "of other instructions",
      {
        a: lines,
        b: lines.map((line) => ({ ...line, id: `x${line.id}`, group: `x${line.group}` })),
      },
      {},
    ],
    [
      "on other criteria",
      { a: lines, b: lines.map((line) => ({ ...line, criterion: "depth" })) },
      {},
    ],
  ] as const)("%s", async (_, systems, options) => {
    await rejection(compared(systems, options), "INVALID_ARGUMENT");
  });

  it("of other scales", async () => {
    const folder = await scratchFolder();
    const header = { ...HEADER, values: [1, 2, 9] };
    const files = [
      await writeSimulatedRun(folder, "a.jsonl", lines),
      await writeSimulatedRun(folder, "b.jsonl", lines, header),
    ];
    const { message } = await rejection(compareSystems(files), "INVALID_ARGUMENT");
    expect(message).toContain("1, 2, 3, and 1, 2, 9");
  });
});

describe("a comparison by another figure than the score", () => {
  const before = simulatedLines(BASE).map((line) => ({ ...line, lager: 1, vanilla: 3 }));
  const after = simulatedLines(WORSE).map((line) => ({ ...line, lager: 1.5, vanilla: 2 }));

  it.each([
    ["lager", 0.5],
    ["vanilla", -1],
  ] as const)("is of what each line says: %s", async (figure, value) => {
    const result = await compared({ before, after }, { figure });
    expect(result.figure).toBe(figure);
    expect(result.criteria.clarity?.difference?.value).toBe(value);
    expect(result.movers[0]).toMatchObject({ difference: value });
  });

  it.each(["normed", "raw"] as const)(
    "is of other layers' logits, from the capture: %s",
    async (projection) => {
      // What the judge says of the answers after is turned round.
      const turned = exampleScore({
        nodes: exampleScore().nodes.map((node) => ({
          ...node,
          normed: node.normed.map((logit) => -logit),
          raw: node.raw.map((logit) => -logit),
        })),
      });
      const lines = (nodes: Score["nodes"]) =>
        simulatedLines(BASE).map((each) => ({ ...each, nodes }));
      const systems = { before: lines(exampleScore().nodes), after: lines(turned.nodes) };
      const of = figureReader("score", HEADER, "1", projection);
      const result = await compared(systems, { layers: "1", projection });
      expect(result.figure).toBe(`layers 1, ${projection}`);
      const difference = of(turned) - of(exampleScore());
      expect(difference).not.toBe(0);
      expect(result.criteria.clarity?.difference?.value).toBeCloseTo(difference, 12);
    },
  );

  it("says nothing of the layers that the runs were scored with", async () => {
    const folder = await scratchFolder();
    const other = { ...HEADER, options: { ...HEADER.options, layers: "last" } };
    const files = [
      await writeSimulatedRun(folder, "a.jsonl", before),
      await writeSimulatedRun(folder, "b.jsonl", after, other),
    ];
    const notes = async (options: CompareSystemsOptions) =>
      aboutRuns((await compareSystems(files, { resamples: 10, ...options })).notes);
    expect(await notes({})).toEqual([expect.stringContaining("options.layers")]);
    expect(await notes({ figure: "e-score" })).toEqual([]);
    expect(await notes({ layers: "all" })).toEqual([]);
  });

  it.each([
    { figure: "lager", layers: "all" },
    { projection: "raw" },
    { figure: "median" as never },
    { layers: "everything" },
    { layers: "99" },
  ] satisfies CompareSystemsOptions[])("%j is refused", async (options) => {
    await rejection(compared({ before, after }, options), "INVALID_ARGUMENT");
  });
});
