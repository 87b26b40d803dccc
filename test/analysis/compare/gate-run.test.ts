import { describe, expect, it } from "vitest";
import type { GateLimit } from "../../../src/analysis/compare/gate-result.ts";
import { type GateOptions, gateRun } from "../../../src/analysis/compare/gate-run.ts";
import { figureReader } from "../../../src/run/figure-reader.ts";
import { exampleScore, FAILURE, HEADER } from "../../fixtures/example-run.ts";
import { writeRun } from "../../fixtures/made-up-run.ts";
import { simulatedLines, writeSimulatedRun } from "../../fixtures/simulated-systems.ts";
import { rejection } from "../../support/errors.ts";
import { scratchFolder } from "../../support/scratch.ts";
import { PAIR_CASES } from "./scipy.ts";

const limit = (value: number, criterion: string | null = null, level = 0.95): GateLimit => ({
  ...{ criterion, limit: value, level },
});

describe.each(PAIR_CASES)("a gate on the numbers of scipy: %s", (_, each) => {
  const lines = (scores: readonly number[]) =>
    scores.map((score, i) =>
      exampleScore({ id: `r${i}`, score, group: `g${each.group[i]}`, responseLength: 1 }),
    );

  it("has the mean, its interval, and what is missing to decide", async () => {
    const run = await writeRun(HEADER, ...lines(each.second));
    const { gate } = each;
    const min = [limit(gate.limit, null, gate.level)];
    const { checks, passed } = await gateRun(run, { min, resamples: 20_000 });
    const [check] = checks;
    // Scores are float32 in a run.
    expect(check?.estimate.value).toBeCloseTo(gate.mean, 6);
    const [low = 0, high = 0] = gate.interval;
    expect(Math.abs((check?.estimate.low ?? 9) - low)).toBeLessThan(0.05 * (high - low));
    expect(Math.abs((check?.estimate.high ?? 9) - high)).toBeLessThan(0.05 * (high - low));
    expect(check?.outcome).toBe("undecided");
    expect(Math.abs((check?.moreRecords ?? 0) - gate.moreRecords)).toBeLessThanOrEqual(1);
    expect(passed).toBe(false);
  });

  it("has the difference to a baseline", async () => {
    const folder = await scratchFolder();
    const baseline = await writeSimulatedRun(folder, "main.jsonl", lines(each.first));
    const run = await writeSimulatedRun(folder, "run.jsonl", lines(each.second));
    const { checks } = await gateRun(run, { baseline, maxDrop: [limit(0.5)], resamples: 20_000 });
    const [check] = checks;
    const [low = 0, high = 0] = each.bootstrap;
    expect(check?.estimate.value).toBeCloseTo(each.mean, 6);
    expect(Math.abs((check?.estimate.low ?? 9) - low)).toBeLessThan(0.04 * (high - low));
    expect(check).toMatchObject({ kind: "max-drop", n: each.first.length, outcome: "passed" });
  });
});

describe("a gate", () => {
  /** A run whose means are about 2 and 1.5, and one that it is compared with. */
  async function gate(options: GateOptions & { readonly withBaseline?: boolean }) {
    const folder = await scratchFolder();
    const criteria = ["clarity"];
    const base = simulatedLines({ seed: 2, criteria });
    const baseline = await writeSimulatedRun(folder, "main.jsonl", base);
    const lines = [
      ...simulatedLines({ seed: 3, criteria }),
      ...simulatedLines({ seed: 4, criteria: ["depth"], shift: () => -0.5 }),
    ];
    const run = await writeSimulatedRun(folder, "run.jsonl", lines);
    const { withBaseline, ...rest } = options;
    return gateRun(run, { resamples: 300, ...(withBaseline && { baseline }), ...rest });
  }

  it("passes when all of the interval keeps to the limit, and fails when all of it does not", async () => {
    const { checks, passed } = await gate({ min: [limit(1.7)] });
    expect(checks.map(({ criterion, outcome }) => [criterion, outcome])).toEqual([
      ["clarity", "passed"],
      ["depth", "failed"],
    ]);
    expect(passed).toBe(false);
  });

  it("takes the limit of the criterion itself before that of all", async () => {
    const { checks, passed } = await gate({ min: [limit(1.7), limit(1.2, "depth")] });
    expect(checks.map(({ limit }) => limit)).toEqual([1.7, 1.2]);
    expect(passed).toBe(true);
  });

  it("fails where the data do not decide, unless it is told to pass", async () => {
    const min = [limit(1.95, "clarity")];
    const undecided = await gate({ min });
    expect(undecided.checks).toMatchObject([{ outcome: "undecided" }]);
    expect(undecided.passed).toBe(false);
    expect((await gate({ min, undecided: "pass" })).passed).toBe(true);
  });

  it("decides on the mean alone where it is told to", async () => {
    const { estimate } = (await gate({ min: [limit(2, "clarity")] })).checks[0] ?? {};
    const mean = estimate?.value ?? Number.NaN;
    const at = (value: number) => gate({ min: [limit(value, "clarity")], on: "mean" });
    expect((await at(mean - 0.01)).passed).toBe(true);
    expect((await at(mean + 0.01)).passed).toBe(false);
  });

  it("compares what both runs were scored on with the baseline", async () => {
    const { checks, passed, notes } = await gate({ withBaseline: true, maxDrop: [limit(0.3)] });
    expect(checks).toMatchObject([{ kind: "max-drop", criterion: "clarity", n: 100 }]);
    expect(passed).toBe(true);
    expect(notes).toEqual(["Not every system was scored on depth: left out."]);
  });

  it("looks at another figure, or at other layers, where it is told to", async () => {
    const run = await writeRun(
      HEADER,
      exampleScore({ lager: 1 }),
      exampleScore({ id: "b", lager: 2 }),
    );
    const of = async (options: GateOptions) => {
      const { figure, checks } = await gateRun(run, { min: [limit(1)], on: "mean", ...options });
      return [figure, checks[0]?.estimate.value];
    };
    expect(await of({ figure: "lager" })).toEqual(["lager", 1.5]);
    const second = figureReader("score", HEADER, "2")(exampleScore());
    expect(await of({ layers: "2" })).toEqual(["layers 2, normed", second]);
    await rejection(of({ figure: "lager", layers: "2" }), "INVALID_ARGUMENT");
  });

  it("counts failures", async () => {
    const run = await writeRun(HEADER, exampleScore(), FAILURE);
    const of = async (maxFailures: number) => (await gateRun(run, { maxFailures })).passed;
    expect([await of(0), await of(1)]).toEqual([false, true]);
    const { notes } = await gateRun(run, { min: [limit(1)] });
    expect(notes).toEqual(["1 lines of the run have no score, and are in no mean."]);
  });

  it.each([
    ["without a limit", {}],
    ["with a drop from nothing", { maxDrop: [limit(1)] }],
    ["with a baseline for nothing", { withBaseline: true, min: [limit(1)] }],
    ["on a criterion that is not there", { min: [limit(1, "style")] }],
    ["with a limit that is no number", { min: [limit(Number.NaN)] }],
    ["at a level that is none", { min: [limit(1, null, 1)] }],
    ["on what there is none of", { min: [limit(1)], on: "median" as never }],
    ["without a resample", { min: [limit(1)], resamples: 0 }],
  ])("%s is refused", async (_, options) => {
    await rejection(gate(options), "INVALID_ARGUMENT");
  });
});
