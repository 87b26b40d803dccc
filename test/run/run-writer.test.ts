import { copyFile, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Failure } from "../../src/input/dataset/failure.ts";
import { formatRunLine } from "../../src/run/format-run-line.ts";
import { hiddenPath } from "../../src/run/hidden-format.ts";
import { openHidden } from "../../src/run/hidden-reader.ts";
import { readRun } from "../../src/run/read-run.ts";
import type { RunHeader } from "../../src/run/run-format.ts";
import { anewPath, nextPath } from "../../src/run/run-paths.ts";
import { type OpenRunOptions, RunWriter } from "../../src/run/run-writer.ts";
import type { Outcome, Score } from "../../src/scoring/score/outcome.ts";
import { exampleScore, FAILURE, HEADER } from "../fixtures/example-run.ts";
import { collect } from "../support/collect.ts";
import { rejection } from "../support/errors.ts";
import { disk } from "../support/full-disk.ts";
import { scratchFolder } from "../support/scratch.ts";

vi.mock("node:fs/promises", async (original) => {
  // Before any import of this file.
  const { withDisk } = await import("../support/full-disk.ts");
  return withDisk(await original());
});

const HIDDEN_HEADER: RunHeader = { ...HEADER, options: { ...HEADER.options, hidden: "2" } };

let folder: string;
let file: string;

afterEach(() => {
  disk.left = Number.POSITIVE_INFINITY;
});

beforeEach(async () => {
  folder = await scratchFolder();
  file = path.join(folder, "run.jsonl");
});

function withStates(id: string, state: number, rest: Partial<Score> = {}): Score {
  const states = Float32Array.of(state, state + 1);
  return exampleScore({ id, hidden: { layers: [2], width: 2, states }, ...rest });
}

async function rows(): Promise<unknown[]> {
  const lines = await collect((await readRun(file)).lines);
  return lines.map((line) => [line.id, line.kind === "score" ? line.hiddenRow : null]);
}

/** What scoring does with a run: asks for what it knows, and writes all outcomes in their order. */
async function fill(run: RunWriter, outcomes: readonly Outcome[]): Promise<string[]> {
  const made: string[] = [];
  const known = outcomes.map((outcome) => {
    const { id, criterion, inputHash } = outcome;
    const isFailure = outcome.kind === "failure";
    return run.known({
      ...{ id, criterion, inputHash },
      facts: isFailure ? {} : outcome,
      // Of these examples only those of whole records are known without a judge.
      failure: isFailure && criterion === null ? outcome : null,
    });
  });
  for (const [i, outcome] of outcomes.entries()) {
    const held = await known[i]?.();
    if (held === undefined) made.push(outcome.id);
    await run.write(held ?? outcome);
  }
  return made;
}

/** Scores into a new run. */
async function scoreAll(outcomes: readonly Outcome[], header = HEADER): Promise<string> {
  await using run = await RunWriter.open(file, header, { force: true });
  await fill(run, outcomes);
  await run.finish();
  return readFile(file, "utf8");
}

/** Goes on with the run; `made` are the ids that the judge was asked for. */
async function goOn(outcomes: readonly Outcome[], header = HEADER, options: OpenRunOptions = {}) {
  await using run = await RunWriter.open(file, header, { resume: true, ...options });
  const made = await fill(run, outcomes);
  const counts = await run.finish();
  return { made, counts, text: await readFile(file, "utf8") };
}

const KEPT = { kept: 0, keptFailures: 0, changed: 0, retried: 0, dropped: 0, unseen: 0 };

/** A score made from the text, on what it says. */
function scored(id: string, text: string, rest: Partial<Score> = {}): Score {
  return exampleScore({ id, inputHash: `hash of ${text}`, generated: text, ...rest });
}

function failed(id: string, text: string): Failure {
  return {
    ...{ kind: "failure", id, criterion: "clarity", code: "DECODE_FAILED", message: text },
    inputHash: `hash of ${text}`,
  };
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

  it("begins a run that is to be gone on with and is not there", async () => {
    await using run = await RunWriter.open(file, HEADER, { resume: true });
    expect(await fill(run, [exampleScore()])).toEqual(["a1"]);
    expect(await run.finish()).toBeNull();
    expect(await rows()).toEqual([["a1", undefined]]);
  });

  it("is locked while it is open, also against who goes on with it", async () => {
    await using run = await RunWriter.open(file, HEADER);
    const error = await rejection(RunWriter.open(file, HEADER, { resume: true }), "OUTPUT_LOCKED");
    expect(error.place.file).toBe(file);
    await run.write(exampleScore());
    await run.close();
    await using more = await RunWriter.open(file, HEADER, { resume: true });
    await rejection(RunWriter.open(file, HEADER, { force: true }), "OUTPUT_LOCKED");
    await more.finish();
    // Nor is it when it could not be opened.
    const other = { ...HEADER, options: { ...HEADER.options, layers: "upper" } };
    await rejection(RunWriter.open(file, other, { resume: true }), "INVALID_ARGUMENT");
    expect(await readdir(folder)).toEqual(["run.jsonl"]);
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

const OUTCOMES = [scored("a", "a"), FAILURE, scored("b", "b"), failed("c", "c"), scored("d", "d")];

describe("a run that is gone on with", () => {
  it.each([0, 1, 2, 3, 4, 5])("after %i of 5 outcomes is that of one go", async (count) => {
    const whole = await scoreAll(OUTCOMES);
    await scoreAll(OUTCOMES.slice(0, count));
    const { made, counts, text } = await goOn(OUTCOMES);
    expect(made).toEqual(OUTCOMES.slice(count).map(({ id }) => id));
    expect(counts).toEqual({ ...KEPT, kept: count, keptFailures: count > 3 ? 1 : 0 });
    expect(text).toBe(whole);
  });

  it("loses a line that was cut, and makes it anew", async () => {
    const whole = await scoreAll(OUTCOMES);
    await truncate(file, whole.length - 20);
    expect(await goOn(OUTCOMES)).toMatchObject({ made: ["d"], text: whole });
  });

  it("scores anew what changed, in its place, and says how much", async () => {
    await scoreAll(OUTCOMES);
    const now = OUTCOMES.with(2, scored("b", "another answer"));
    const { made, counts, text } = await goOn(now);
    expect(made).toEqual(["b"]);
    expect(counts).toEqual({ ...KEPT, kept: 4, keptFailures: 1, changed: 1 });
    expect(text).toBe(await scoreAll(now));
    expect(await readdir(folder)).toEqual(["run.jsonl"]);
  });

  it("gives no record the score of its neighbour when one is put in before it", async () => {
    const texts = ["first", "second", "third"];
    const numbered = (all: string[]) => all.map((text, i) => scored(String(i + 1), text));
    await scoreAll(numbered(texts));
    const now = numbered(["put in", ...texts]);
    const { counts, text } = await goOn(now);
    expect(counts).toEqual({ ...KEPT, changed: 3 });
    expect(text).toBe(await scoreAll(now));
  });

  it("drops lines whose records are gone, keeps the order of the input, and says so", async () => {
    await scoreAll(OUTCOMES);
    const [a, , b, c, d] = OUTCOMES as [Score, Failure, Score, Failure, Score];
    const now = [d, scored("new", "new"), a, c];
    const { made, counts, text } = await goOn(now);
    expect(made).toEqual(["new"]);
    expect(counts).toEqual({ ...KEPT, kept: 3, keptFailures: 1, dropped: 2 });
    expect(text).toBe(await scoreAll(now));
    expect(text).not.toContain(`"id":${JSON.stringify(b.id)}`);
  });

  it("keeps lines that were not asked for when only a part of the input was read", async () => {
    const whole = await scoreAll(OUTCOMES);
    await using run = await RunWriter.open(file, HEADER, { resume: true });
    await fill(run, OUTCOMES.slice(0, 2));
    expect(await run.finish({ isWhole: false })).toEqual({ ...KEPT, kept: 2, unseen: 3 });
    expect(await readFile(file, "utf8")).toBe(whole);
  });

  it("scores a record that failed as a whole and does not any more", async () => {
    await scoreAll(OUTCOMES);
    const now = OUTCOMES.with(1, scored(FAILURE.id, "mended"));
    const { made, counts, text } = await goOn(now);
    expect(made).toEqual([FAILURE.id]);
    expect(counts).toEqual({ ...KEPT, kept: 4, keptFailures: 1, changed: 1 });
    expect(text).toBe(await scoreAll(now));
  });

  it("takes human scores, groups and messages from the input as it is now, without a judge", async () => {
    await scoreAll(OUTCOMES);
    const facts = { human: 2, group: "g", systemId: "s", responseLength: 3 };
    const now: Outcome[] = [
      { ...(OUTCOMES[0] as Score), ...facts },
      { ...FAILURE, message: "it stands in line 7 by now" },
      ...OUTCOMES.slice(2),
    ];
    const { made, counts, text } = await goOn(now);
    expect(made).toEqual([]);
    expect(counts).toEqual({ ...KEPT, kept: 5, keptFailures: 1 });
    expect(text).toBe(await scoreAll(now));
    // And they may go again.
    expect((await goOn(OUTCOMES)).text).toBe(await scoreAll(OUTCOMES));
  });

  it("has lines that do not say what they are from scored anew", async () => {
    const { inputHash: _, ...old } = scored("a", "a");
    await scoreAll([old]);
    const { made, text } = await goOn([scored("a", "a")]);
    expect(made).toEqual(["a"]);
    expect(text).toBe(await scoreAll([scored("a", "a")]));
  });

  it("keeps what failed, or tries it again if asked to", async () => {
    await scoreAll(OUTCOMES);
    expect((await goOn(OUTCOMES)).made).toEqual([]);
    const now = OUTCOMES.with(3, scored("c", "c"));
    const { made, counts, text } = await goOn(now, HEADER, { retryFailures: true });
    expect(made).toEqual(["c"]);
    expect(counts).toEqual({ ...KEPT, kept: 4, retried: 1 });
    expect(text).toBe(await scoreAll(now));
  });

  it("answers once for each of several broken records with one id", async () => {
    const duplicate: Failure = { ...FAILURE, code: "DUPLICATE_ID", inputHash: "the same" };
    const three = [duplicate, duplicate, duplicate];
    const whole = await scoreAll(three);
    await scoreAll(three.slice(0, 2));
    expect(await goOn(three)).toMatchObject({ made: [FAILURE.id], text: whole });
  });

  it("stays as it was when it is ended before it is whole, and loses nothing of what was made", async () => {
    const before = await scoreAll(OUTCOMES);
    const now = OUTCOMES.map((each) =>
      each.kind === "score" ? scored(each.id, `${each.id}, changed`) : each,
    );
    for (const [count, made] of [
      [2, ["a"]],
      [3, ["b"]],
    ] as const) {
      await using run = await RunWriter.open(file, HEADER, { resume: true });
      expect(await fill(run, now.slice(0, count))).toEqual(made);
      await run.close();
      expect(await readFile(file, "utf8")).toBe(before);
    }
    // A last line that was cut is made anew.
    const { size } = { size: (await readFile(anewPath(file))).length };
    await truncate(anewPath(file), size - 5);
    const { made, text } = await goOn(now);
    expect(made).toEqual(["b", "d"]);
    expect(text).toBe(await scoreAll(now));
    expect(await readdir(folder)).toEqual(["run.jsonl"]);
  });

  it("does not take what an attempt made from data that changed once more", async () => {
    await scoreAll(OUTCOMES);
    await using run = await RunWriter.open(file, HEADER, { resume: true });
    await fill(run, [scored("a", "second")]);
    await run.close();
    const now = OUTCOMES.with(0, scored("a", "third"));
    const { made, text } = await goOn(now);
    expect(made).toEqual(["a"]);
    expect(text).toBe(await scoreAll(now));
  });

  it("is only appended to by who asks it for nothing", async () => {
    const whole = await scoreAll(OUTCOMES);
    await using run = await RunWriter.open(file, HEADER, { resume: true });
    await run.write(scored("e", "e"));
    await run.finish();
    expect(await readFile(file, "utf8")).toBe(`${whole}${formatRunLine(scored("e", "e"))}\n`);
  });
});

describe("hidden states of a run that is gone on with", () => {
  const STATES = ["a", "b", "c", "d"].map((id, i) =>
    withStates(id, 10 * i, { inputHash: `hash of ${id}` }),
  );
  const CHANGED = STATES.with(1, withStates("b", 77, { inputHash: "hash of another" }));

  async function bytes(): Promise<Buffer> {
    return readFile(hiddenPath(file));
  }

  it.each([
    ["a line changed", CHANGED],
    ["a record is gone", [...STATES.slice(0, 1), ...STATES.slice(2)]],
    ["one was put in", [withStates("new", 5, { inputHash: "n" }), ...STATES]],
    ["a human score is another", STATES.with(0, { ...(STATES[0] as Score), human: 3 })],
    ["nothing changed", STATES],
  ])("stay in step with its lines when %s", async (_, now) => {
    const lines = await scoreAll(now, HIDDEN_HEADER);
    const states = await bytes();
    await rm(hiddenPath(file));
    await scoreAll(STATES, HIDDEN_HEADER);
    const { text } = await goOn(now, HIDDEN_HEADER);
    expect(text).toBe(lines);
    expect((await bytes()).equals(states)).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(["run.hidden.safetensors", "run.jsonl"]);
  });

  it.each(["before", "after"])(
    "and lines are whole when a merge is ended %s its first rename",
    async (when) => {
      await scoreAll(CHANGED, HIDDEN_HEADER);
      const done = { lines: await readFile(file), states: await bytes() };
      const aside = path.join(folder, "aside");
      await copyFile(hiddenPath(file), aside);
      await scoreAll(STATES, HIDDEN_HEADER);
      // As the merge leaves them: both new files are whole, and the first has its name or not.
      await copyFile(aside, nextPath(hiddenPath(file)));
      await rm(aside);
      await writeFile(when === "before" ? nextPath(file) : file, done.lines);
      const { made, text } = await goOn(CHANGED, HIDDEN_HEADER);
      expect(made).toEqual(when === "before" ? ["b"] : []);
      expect(text).toBe(done.lines.toString());
      expect((await bytes()).equals(done.states)).toBe(true);
      expect((await readdir(folder)).sort()).toEqual(["run.hidden.safetensors", "run.jsonl"]);
    },
  );
});

describe("a run on a disk that is full", () => {
  const now = [0, 1, 2, 3].map((i) => withStates(`item ${i}`, i, { inputHash: `hash ${i}` }));
  const before = now.map((each, i) => (i % 2 === 0 ? each : { ...each, inputHash: "another" }));

  /** Fills the run while there is room, and goes on with it when there is some again. */
  async function fillTwice(left: number, header: RunHeader) {
    const outcomes = header === HEADER ? now.map(({ hidden: _, ...each }): Score => each) : now;
    let failure: unknown = null;
    disk.left = left;
    try {
      await using run = await RunWriter.open(file, header, { resume: true });
      await fill(run, outcomes);
      await run.finish();
    } catch (error) {
      failure = error;
    }
    disk.left = Number.POSITIVE_INFINITY;
    const kept = await readFile(file, "utf8").catch(() => "");
    return { failure, kept, ...(await goOn(outcomes, header)) };
  }

  async function emptyFolder(): Promise<void> {
    for (const name of await readdir(folder)) await rm(path.join(folder, name));
  }

  it.each([
    ["its lines", HEADER],
    ["hidden states", HIDDEN_HEADER],
  ])("says so in one error, has whole lines, and is gone on with: %s", async (_, header) => {
    const { text, failure: none } = await fillTwice(Number.POSITIVE_INFINITY, header);
    expect(none).toBeNull();
    const size = text.length + (header === HEADER ? 0 : 4096 + 32);
    const step = Math.ceil(size / 60);
    for (let left = 0; left < size; left += step) {
      await emptyFolder();
      const found = await fillTwice(left, header);
      expect(found.failure).toMatchObject({ code: "UNWRITABLE_OUTPUT" });
      expect(String(found.failure)).toContain("the disk is full");
      expect(found.kept).toBe(text.slice(0, found.kept.length));
      if (found.kept !== "") {
        // The header, the lines, and nothing after the last line end.
        const lines = found.kept.split("\n").length - 2;
        expect(found.kept.endsWith("\n")).toBe(true);
        expect(String(found.failure)).toContain(
          `${lines} result${lines === 1 ? " is" : "s are"} whole`,
        );
      }
      expect(found.text).toBe(text);
    }
  });

  it("stays as it was while what changed in it is scored anew and put together", async () => {
    await scoreAll(now, HIDDEN_HEADER);
    const whole = { text: await readFile(file, "utf8"), states: await readFile(hiddenPath(file)) };
    let fullDisks = 0;
    for (let left = 0; left < 40_000; left += 1000) {
      await emptyFolder();
      const old = await scoreAll(before, HIDDEN_HEADER);
      const { failure, kept, text } = await fillTwice(left, HIDDEN_HEADER);
      if (failure !== null) {
        fullDisks++;
        expect(kept).toBe(old);
        expect(failure).toMatchObject({ code: "UNWRITABLE_OUTPUT" });
        expect(String(failure)).toContain("the disk is full");
      }
      expect(text).toBe(whole.text);
      expect((await readFile(hiddenPath(file))).equals(whole.states)).toBe(true);
      expect((await readdir(folder)).sort()).toEqual(["run.hidden.safetensors", "run.jsonl"]);
    }
    expect(fullDisks).toBeGreaterThan(10);
    expect(fullDisks).toBeLessThan(40);
  });
});

describe("a run whose files are taken away while it is written", () => {
  const states = ["a", "b"].map((id, i) => withStates(id, i, { inputHash: id }));

  it.each([
    ["the folder", () => rm(folder, { recursive: true })],
    ["the run file", () => rm(file)],
    ["the hidden states", () => rm(`${hiddenPath(file)}.part`)],
  ])("saves them once more, and says so: %s", async (_, take) => {
    const whole = await scoreAll(states, HIDDEN_HEADER);
    const bytes = await readFile(hiddenPath(file));
    const run = await RunWriter.open(file, HIDDEN_HEADER, { force: true });
    await fill(run, states.slice(0, 1));
    await take();
    const error = await rejection(run.finish(), "UNWRITABLE_OUTPUT");
    expect(error.message).toMatch(/removed or replaced while it was written; .* --resume goes on/);
    const { made, text } = await goOn(states, HIDDEN_HEADER);
    expect(made).toEqual(["b"]);
    expect(text).toBe(whole);
    expect((await readFile(hiddenPath(file))).equals(bytes)).toBe(true);
  });

  it("leaves what stands in their place alone", async () => {
    const run = await RunWriter.open(file, HIDDEN_HEADER);
    await fill(run, states);
    await rm(file);
    await writeFile(file, "somebody else's");
    const error = await rejection(run.finish(), "UNWRITABLE_OUTPUT");
    const rescued = path.join(folder, "run.rescued.jsonl");
    expect(error.message).toContain(`is saved in ${rescued}`);
    expect(await readFile(file, "utf8")).toBe("somebody else's");
    file = rescued;
    expect((await goOn(states, HIDDEN_HEADER)).made).toEqual([]);
  });
});
