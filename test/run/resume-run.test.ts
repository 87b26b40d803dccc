import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { Failure } from "../../src/input/dataset/failure.ts";
import { formatRunLine } from "../../src/run/format-run-line.ts";
import { DoneLines, resumeRun } from "../../src/run/resume-run.ts";
import type { Outcome } from "../../src/scoring/score/outcome.ts";
import { exampleScore, FAILURE, HEADER } from "../fixtures/example-run.ts";
import { rejection } from "../support/errors.ts";
import { scratchFolder } from "../support/scratch.ts";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await scratchFolder();
  file = path.join(folder, "run.jsonl");
});

const LINES = [
  formatRunLine(HEADER),
  formatRunLine(exampleScore({ id: "a", prompt: "wörd\u2028" })),
  formatRunLine(FAILURE),
].map((line) => `${line}\n`);
const WHOLE = LINES.join("");
const NEXT = exampleScore({ id: "b" });

describe("a run that is gone on with", () => {
  it.each([
    ["whole", WHOLE, 2],
    ["cut in its last line", WHOLE.slice(0, -20), 1],
    ["cut just before its last line end", WHOLE.slice(0, -1), 1],
    [
      "cut in the middle of a character",
      Buffer.from(WHOLE).subarray(0, 0).toString() + LINES[0],
      0,
    ],
    ["cut in its header", WHOLE.slice(0, 30), 0],
    ["empty", "", 0],
  ])("and is %s keeps its whole lines, and is appended to", async (_, text, kept) => {
    await writeFile(file, text);
    const found: Outcome[] = [];
    const { writer, done } = await resumeRun(file, HEADER, (line) => {
      found.push(line);
    });
    expect(found).toHaveLength(kept);
    expect(done.take("a", "clarity")).toBe(kept > 0);
    expect(done.take("a2", null)).toBe(kept > 1);
    expect(done.take("b", "clarity")).toBe(false);
    await writer.write(NEXT);
    await writer.close();
    expect(await readFile(file, "utf8")).toBe(
      `${LINES.slice(0, kept + 1).join("")}${formatRunLine(NEXT)}\n`,
    );
  });

  it("and was made in another way is refused, and left as it is", async () => {
    await writeFile(file, WHOLE.slice(0, -20));
    const other = { ...HEADER, options: { ...HEADER.options, layers: "upper" } };
    const error = await rejection(resumeRun(file, other), "INVALID_ARGUMENT");
    expect(error.message).toContain('options.layers is "all" there and "upper" now');
    const task = { ...HEADER, task: { ...HEADER.task, name: "another" } };
    expect((await rejection(resumeRun(file, task), "INVALID_ARGUMENT")).message).toContain(
      "task.name",
    );
    expect(await readFile(file, "utf8")).toBe(WHOLE.slice(0, -20));
  });

  it("and is broken in the middle is refused with the line, and left as it is", async () => {
    const broken = `${LINES[0]}not JSON\n${LINES[1]}`;
    await writeFile(file, broken);
    const error = await rejection(resumeRun(file, HEADER), "INVALID_RUN");
    expect(error.place.line).toBe(2);
    expect(await readFile(file, "utf8")).toBe(broken);
  });

  it("cannot be read is told so", async () => {
    await rejection(resumeRun(path.join(folder, "none.jsonl"), HEADER), "UNREADABLE_FILE");
  });
});

describe("lines that are done", () => {
  it("each answer once", () => {
    const done = new DoneLines();
    const duplicate: Failure = { ...FAILURE, code: "DUPLICATE_ID" };
    done.add(duplicate);
    done.add(duplicate);
    expect([1, 2, 3].map(() => done.take(FAILURE.id, null))).toEqual([true, true, false]);
  });
});
