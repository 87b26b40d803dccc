import { readFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { LagerError } from "../../../src/base/errors.ts";
import type { Failure } from "../../../src/input/dataset/failure.ts";
import type { ScoreAllOptions } from "../../../src/judge/score-options.ts";
import type { Session } from "../../../src/judge/session.ts";
import type { Outcome } from "../../../src/scoring/score/outcome.ts";
import { scoreToRun } from "../../../src/workflows/score-run/score-to-run.ts";
import { exampleScore, HEADER } from "../../fixtures/example-run.ts";
import { rejection } from "../../support/errors.ts";
import { scratchFolder } from "../../support/scratch.ts";

let file: string;

beforeEach(async () => {
  file = path.join(await scratchFolder(), "run.jsonl");
});

function failed(id: string): Failure {
  return {
    ...{ kind: "failure", id, criterion: "clarity", code: "DECODE_FAILED" },
    ...{ message: `${id} failed`, inputHash: id },
  };
}

/** A session that gives these outcomes, and holds two of them back as a real one does. */
function sessionOf(outcomes: readonly Outcome[]): Session {
  async function* scoreAll(_: unknown, { known, signal }: ScoreAllOptions) {
    const held: Outcome[] = [];
    for (const outcome of outcomes) {
      const { id, criterion, inputHash } = outcome;
      const facts = outcome.kind === "score" ? outcome : {};
      const read = known?.({ id, criterion, inputHash, facts, failure: null }) ?? null;
      if (signal?.aborted) {
        yield* held;
        throw new LagerError("ABORTED", "scoring was aborted", { cause: signal.reason });
      }
      held.push(read === null ? outcome : await read());
      const next = held.length > 2 ? held.shift() : undefined;
      if (next !== undefined) yield next;
    }
    yield* held;
  }
  // What scoreToRun uses of a session.
  return { task: HEADER.task, header: () => HEADER, scoreAll } as unknown as Session;
}

async function ids(): Promise<string[]> {
  const lines = (await readFile(file, "utf8")).trim().split("\n").slice(1);
  return lines.map((line) => JSON.parse(line).id);
}

const score = (id: string) => exampleScore({ id, inputHash: id });
const OUTCOMES = [score("a"), failed("b"), score("c"), failed("d"), score("e"), score("f")];

describe("a run with failures", () => {
  it("ends when there are more than are allowed, with all that was scored in its file", async () => {
    for (const [maxFailures, last] of [
      [0, "d"],
      [1, "f"],
    ] as const) {
      const session = sessionOf([...OUTCOMES, score("g"), score("h")]);
      const error = await rejection(
        scoreToRun(session, [], file, { maxFailures, force: true }),
        "TOO_MANY_FAILURES",
      );
      expect(error.message).toContain(`${maxFailures + 1} results failed, and ${maxFailures} were`);
      expect(error.message).toContain("go on with --resume --retry-failures");
      expect((await ids()).at(-1)).toBe(last);
    }
  });

  it("goes on with as many as are allowed, and counts none that it held already", async () => {
    const { summary } = await scoreToRun(sessionOf(OUTCOMES), [], file, { maxFailures: 2 });
    expect(summary.failures.get("DECODE_FAILED")).toBe(2);
    const again = { maxFailures: 0, resume: true };
    const { resumed } = await scoreToRun(sessionOf(OUTCOMES), [], file, again);
    expect(resumed).toMatchObject({ kept: 6, keptFailures: 2 });
    const retried = { ...again, maxFailures: 1, retryFailures: true };
    await rejection(scoreToRun(sessionOf(OUTCOMES), [], file, retried), "TOO_MANY_FAILURES");
    const mended = OUTCOMES.map(({ id }) => score(id));
    const end = await scoreToRun(sessionOf(mended), [], file, { ...retried, maxFailures: 0 });
    expect(end.resumed).toMatchObject({ kept: 4, retried: 2 });
    expect(end.summary.failures.size).toBe(0);
    expect(await ids()).toEqual(["a", "b", "c", "d", "e", "f"]);
  });

  it("ends with what it was aborted with, where that came first", async () => {
    const stop = new AbortController();
    stop.abort(new Error("enough"));
    const options = { maxFailures: 0, signal: stop.signal };
    await rejection(scoreToRun(sessionOf(OUTCOMES), [], file, options), "ABORTED");
  });

  it.each([-1, 1.5, Number.NaN])("is refused with a limit of %d", async (maxFailures) => {
    const options = { maxFailures };
    await rejection(scoreToRun(sessionOf(OUTCOMES), [], file, options), "INVALID_ARGUMENT");
  });
});
