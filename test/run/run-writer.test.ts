import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { hiddenPath } from "../../src/run/hidden-format.ts";
import { openHidden } from "../../src/run/hidden-reader.ts";
import { readRun } from "../../src/run/read-run.ts";
import type { RunHeader } from "../../src/run/run-format.ts";
import { RunWriter } from "../../src/run/run-writer.ts";
import type { Outcome, Score } from "../../src/scoring/score/outcome.ts";
import { exampleScore, FAILURE, HEADER } from "../fixtures/example-run.ts";
import { collect } from "../support/collect.ts";
import { rejection } from "../support/errors.ts";
import { scratchFolder } from "../support/scratch.ts";

const HIDDEN_HEADER: RunHeader = { ...HEADER, options: { ...HEADER.options, hidden: "2" } };

let file: string;

beforeEach(async () => {
  file = path.join(await scratchFolder(), "run.jsonl");
});

function withStates(id: string, state: number): Score {
  const states = Float32Array.of(state, state + 1);
  return exampleScore({ id, hidden: { layers: [2], width: 2, states } });
}

async function rows(): Promise<unknown[]> {
  const lines = await collect((await readRun(file)).lines);
  return lines.map((line) => [line.id, line.kind === "score" ? line.hiddenRow : null]);
}

describe("RunWriter", () => {
  it("writes lines, and a row of hidden states for each score that has them", async () => {
    const run = await RunWriter.open(file, HIDDEN_HEADER);
    expect(run.hiddenFile).toBeNull();
    expect(await run.write(withStates("a", 1))).toBe(0);
    expect(await run.write(FAILURE)).toBeNull();
    expect(await run.write(withStates("b", 5))).toBe(1);
    expect(run.hiddenFile).toBe(hiddenPath(file));
    await run.close();
    expect(await rows()).toEqual([
      ["a", 0],
      [FAILURE.id, null],
      ["b", 1],
    ]);
    await using hidden = await openHidden(file);
    expect(hidden).toMatchObject({ judgeSha256: HEADER.judge.sha256, layers: [2], rows: 2 });
    expect(await hidden.read(1)).toEqual(Float32Array.of(5, 6));
    // What the line says of them is the row, and nothing else.
    expect(await readFile(file, "utf8")).not.toContain('"hidden":{');
  });

  it("goes on with a run: tells its lines, asks for what is missing, and adds rows behind", async () => {
    await using first = await RunWriter.open(file, HIDDEN_HEADER);
    await first.write(withStates("a", 1));
    await first.write(FAILURE);
    await first.close();
    const told: Outcome[] = [];
    const run = await RunWriter.open(file, HIDDEN_HEADER, {
      resume: true,
      onLine: (line) => {
        told.push(line);
      },
    });
    expect(told.map(({ id }) => id)).toEqual(["a", FAILURE.id]);
    expect(run.take("a", "clarity")).toBe(true);
    expect(run.take("a", "clarity")).toBe(false);
    expect(run.take(FAILURE.id, null)).toBe(true);
    expect(run.take("b", "clarity")).toBe(false);
    expect(await run.write(withStates("b", 5))).toBe(1);
    await run.close();
    expect(await rows()).toEqual([
      ["a", 0],
      [FAILURE.id, null],
      ["b", 1],
    ]);
  });

  it("begins a run that is to be gone on with and is not there", async () => {
    await using run = await RunWriter.open(file, HEADER, { resume: true });
    expect(run.take("a", "clarity")).toBe(false);
    await run.write(exampleScore());
    await run.close();
    expect(await rows()).toEqual([["a1", undefined]]);
  });

  it("refuses a run whose scores have no rows, or other ones", async () => {
    await using first = await RunWriter.open(file, HIDDEN_HEADER);
    await first.write(exampleScore({ id: "a" }));
    await first.close();
    const error = await rejection(
      RunWriter.open(file, HIDDEN_HEADER, { resume: true }),
      "INVALID_RUN",
    );
    expect(error.message).toContain("should have row 0 of the hidden states, and has none");
    expect(error.place).toMatchObject({ file, record: "a", field: "hiddenRow" });
  });

  it("replaces neither lines nor hidden states unless it is told to", async () => {
    await writeFile(hiddenPath(file), "somebody else's");
    await using run = await RunWriter.open(file, HIDDEN_HEADER);
    await rejection(run.write(withStates("a", 1)), "OUTPUT_EXISTS");
    await run.close();
    await rejection(RunWriter.open(file, HIDDEN_HEADER), "OUTPUT_EXISTS");
    await using forced = await RunWriter.open(file, HIDDEN_HEADER, { force: true });
    await forced.write(withStates("b", 2));
    await forced.close();
    expect(await rows()).toEqual([["b", 0]]);
  });
});
