import { appendFile, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { RatingsWriter } from "../../src/run/ratings-writer.ts";
import { rejection } from "../support/errors.ts";
import { scratchFolder } from "../support/scratch.ts";

const RATING = { id: "1", criterion: "clarity", human: 4, rater: "anna" };
const LINE = `${JSON.stringify(RATING)}\n`;

it("a rating is on the disk when it is written", async () => {
  const file = path.join(await scratchFolder(), "ratings.jsonl");
  await using writer = await RatingsWriter.open(file);
  await writer.write(RATING);
  expect(await readFile(file, "utf8")).toBe(LINE);
});

it("a file is gone on with, and a cut last line is taken away", async () => {
  const file = path.join(await scratchFolder(), "ratings.jsonl");
  await appendFile(file, `${LINE}{"id":"2","crit`);
  {
    await using writer = await RatingsWriter.open(file);
    expect(writer.earlier).toEqual([RATING]);
    await writer.write({ ...RATING, id: "2" });
  }
  expect(await readFile(file, "utf8")).toBe(`${LINE}${LINE.replace('"1"', '"2"')}`);
});

it("what was written is taken back, the last first, and what the file held before stays", async () => {
  const file = path.join(await scratchFolder(), "ratings.jsonl");
  await appendFile(file, LINE);
  await using writer = await RatingsWriter.open(file);
  const [second, third] = [
    { ...RATING, id: "zwölf" },
    { ...RATING, human: null },
  ];
  await writer.write(second);
  await writer.write(third);
  expect(await writer.takeBack()).toEqual(third);
  expect(await readFile(file, "utf8")).toBe(`${LINE}${JSON.stringify(second)}\n`);
  expect(await writer.takeBack()).toEqual(second);
  expect(await writer.takeBack()).toBeNull();
  expect(await readFile(file, "utf8")).toBe(LINE);
  await writer.write(third);
  expect(await readFile(file, "utf8")).toBe(`${LINE}${JSON.stringify(third)}\n`);
});

it("a file that cannot be written is UNWRITABLE_OUTPUT", async () => {
  const file = path.join(await scratchFolder(), "nowhere", "ratings.jsonl");
  await rejection(RatingsWriter.open(file), "UNWRITABLE_OUTPUT");
});
