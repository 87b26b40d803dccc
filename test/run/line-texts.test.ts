import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readRecords } from "../../src/input/dataset/dataset.ts";
import { InputHasher } from "../../src/input/prompt/input-hasher.ts";
import { headerWithInput, inputPath, readLineTexts } from "../../src/run/line-texts.ts";
import { exampleScore, HEADER } from "../fixtures/example-run.ts";
import { collect } from "../support/collect.ts";
import { rejection } from "../support/errors.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";

const RECORDS = [
  { id: "a1", instruction: "What is it?", response: "A cat.", context: "A garden." },
  { id: "a2", instruction: "What is it?", response: "A dog." },
];

/** A run of two lines in a folder beside the data, of which each line knows the hash. */
async function material(records: readonly object[] = RECORDS) {
  const folder = await scratchFolder();
  await mkdir(path.join(folder, "runs"));
  const data = await writeLines(path.join(folder, "data.jsonl"), records);
  const run = path.join(folder, "runs", "run.jsonl");
  const header = headerWithInput(HEADER, data, run);
  const hasher = new InputHasher(HEADER.task, HEADER.options.condition);
  const [criterion] = HEADER.task.criteria;
  const entries = await collect(readRecords(data, HEADER.task));
  const lines = entries.flatMap((entry) =>
    entry.kind === "failure" || criterion === undefined
      ? []
      : [exampleScore({ id: entry.id, inputHash: hasher.hash(criterion, entry) })],
  );
  return { folder, data, run, header, lines };
}

const key = (id: string) => JSON.stringify([id, "clarity"]);

describe("the texts of a run's lines", () => {
  it("are found beside the run, by the path in its header", async () => {
    const { run, header, lines } = await material();
    expect(header.input).toBe("../data.jsonl");
    const found = await readLineTexts(run, header, lines);
    expect(found.missing).toBeNull();
    expect(found.lines.get(key("a1"))).toEqual({
      texts: {
        instruction: "What is it?",
        response: "A cat.",
        context: "A garden.",
        reference: "",
      },
      state: "same",
    });
    expect(found.lines.size).toBe(2);
  });

  it("are found when run and data move together", async () => {
    const { folder, header, lines } = await material();
    const moved = `${folder}-moved`;
    await rename(folder, moved);
    try {
      const found = await readLineTexts(path.join(moved, "runs", "run.jsonl"), header, lines);
      expect(found.lines.get(key("a2"))?.state).toBe("same");
    } finally {
      await rm(moved, { recursive: true });
    }
  });

  it("are said to have changed where the hash is another", async () => {
    const { data, run, header, lines } = await material();
    await writeLines(data, [{ ...RECORDS[0], response: "A cow." }, RECORDS[1] ?? {}]);
    const found = await readLineTexts(run, header, lines);
    expect(found.lines.get(key("a1"))).toMatchObject({
      texts: { response: "A cow." },
      state: "changed",
    });
    expect(found.lines.get(key("a2"))?.state).toBe("same");
  });

  it("are unknown of lines that do not say what they were made from", async () => {
    const { run, header } = await material();
    const found = await readLineTexts(run, header, [exampleScore()]);
    expect(found.lines.get(key("a1"))?.state).toBe("unknown");
  });

  it("need no data where the run holds them", async () => {
    const texts = { instruction: "Q", response: "A", context: "", reference: "" };
    const found = await readLineTexts("run.jsonl", HEADER, [exampleScore({ texts })]);
    expect(found).toEqual({
      lines: new Map([[key("a1"), { texts, state: "same" }]]),
      data: null,
      missing: null,
    });
  });

  it("are missing, and why is said, where the data is gone or names other records", async () => {
    const { data, run, header, lines } = await material();
    const of = async () => (await readLineTexts(run, header, lines)).missing;
    await writeLines(data, [RECORDS[0] ?? {}]);
    expect(await of()).toMatch(/^1 of 2 records are not in .*data\.jsonl$/);
    await rm(data);
    expect(await of()).toMatch(/data\.jsonl any more: name it with --data$/);
    const { missing } = await readLineTexts(run, HEADER, lines);
    expect(missing).toMatch(/does not say which data/);
  });

  it("are an error where the data that was named cannot be read", async () => {
    const { run, header, lines } = await material();
    const reading = readLineTexts(run, header, lines, { data: "nowhere.jsonl" });
    await rejection(reading, "UNREADABLE_FILE");
  });
});

it("standard input has no path, and a path is taken from the run's folder", () => {
  expect(headerWithInput(HEADER, "-", "run.jsonl")).toBe(HEADER);
  expect(headerWithInput(HEADER, undefined, "run.jsonl")).toBe(HEADER);
  const header = headerWithInput(HEADER, "data/a.jsonl", "runs/b.jsonl");
  expect(header.input).toBe("../data/a.jsonl");
  expect(inputPath(header, "runs/b.jsonl")).toBe(path.join("data", "a.jsonl"));
  expect(headerWithInput(HEADER, "data/a.jsonl", null).input).toBe("data/a.jsonl");
});
