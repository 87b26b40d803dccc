import { readFile } from "node:fs/promises";
import type { Failure } from "../../src/input/dataset/failure.ts";
import { readRun } from "../../src/run/read-run.ts";
import type { RunHeader } from "../../src/run/run-format.ts";
import type { Outcome, Score } from "../../src/scoring/score/outcome.ts";
import { collect } from "./collect.ts";

/** A run file as a whole; every line has been checked against the run format. */
export interface WholeRun {
  readonly header: RunHeader;
  readonly lines: readonly Outcome[];
  readonly scores: readonly Score[];
  readonly failures: readonly Failure[];
}

/** Reads a run file to its end; a line that does not follow the format fails the test. */
export async function readWholeRun(file: string): Promise<WholeRun> {
  const run = await readRun(file);
  const lines = await collect(run.lines);
  return {
    header: run.header,
    lines,
    scores: lines.filter((line) => line.kind === "score"),
    failures: lines.filter((line) => line.kind === "failure"),
  };
}

/** The lines of a text file, each without its line end; the file must end with one. */
export async function textLines(file: string): Promise<string[]> {
  const text = await readFile(file, "utf8");
  if (!text.endsWith("\n")) throw new Error(`${file} does not end with a whole line`);
  return text.slice(0, -1).split("\n");
}
