import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { formatRunLine } from "../../src/run/format-run-line.ts";
import { indexRun } from "../../src/run/index-run.ts";
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
  ])("and is %s has its whole lines, and where they end", async (_, text, kept) => {
    await writeFile(file, text);
    const { lines, length } = await indexRun(file, HEADER);
    const whole = LINES.slice(1, kept + 1);
    expect(lines.map(({ id, criterion }) => [id, criterion])).toEqual(
      [
        ["a", "clarity"],
        ["a2", null],
      ].slice(0, kept),
    );
    const isHeaderWhole = text.length >= (LINES[0]?.length ?? 0);
    const end = isHeaderWhole ? Buffer.byteLength([LINES[0], ...whole].join("")) : 0;
    expect(length).toBe(end);
    const bytes = Buffer.from(text);
    for (const [i, { offset, length }] of lines.entries()) {
      expect(bytes.toString("utf8", offset, offset + length)).toBe(whole[i]);
    }
  });

  it("and was made in another way is refused, and left as it is", async () => {
    await writeFile(file, WHOLE.slice(0, -20));
    const other = { ...HEADER, options: { ...HEADER.options, layers: "upper" } };
    const error = await rejection(indexRun(file, other), "INVALID_ARGUMENT");
    expect(error.message).toContain('options.layers is "all" there and "upper" now');
    const task = { ...HEADER, task: { ...HEADER.task, name: "another" } };
    expect((await rejection(indexRun(file, task), "INVALID_ARGUMENT")).message).toContain(
      "task.name",
    );
    expect(await readFile(file, "utf8")).toBe(WHOLE.slice(0, -20));
  });

  it("and differs at the end of a long value is shown that end", async () => {
    const on = (last: string) => ({
      ...HEADER,
      machine: { ...HEADER.machine, cpuFeatures: `${"AVX ".repeat(30)}and ${last}` },
    });
    await writeFile(file, `${formatRunLine(on("these"))}\n`);
    expect((await rejection(indexRun(file, on("those")), "INVALID_ARGUMENT")).message).toMatch(
      /machine\.cpuFeatures is ….*AVX and these" there and ….*AVX and those" now/,
    );
  });

  it("and is broken in the middle is refused with the line, and left as it is", async () => {
    const broken = `${LINES[0]}not JSON\n${LINES[1]}`;
    await writeFile(file, broken);
    const error = await rejection(indexRun(file, HEADER), "INVALID_RUN");
    expect(error.place.line).toBe(2);
    expect(await readFile(file, "utf8")).toBe(broken);
  });

  it("cannot be read is told so", async () => {
    await rejection(indexRun(path.join(folder, "none.jsonl"), HEADER), "UNREADABLE_FILE");
  });
});
