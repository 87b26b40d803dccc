import { readFile, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { parquetWriteFile } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { LagerError } from "../../../src/base/errors.ts";
import { readRecords } from "../../../src/input/dataset/dataset.ts";
import { loadTask } from "../../../src/input/task/load-task.ts";
import { collect } from "../../support/collect.ts";
import { fileScratchFolder } from "../../support/scratch.ts";

const folder = fileScratchFolder();

describe("a Parquet file", () => {
  it("is read over its row groups and batches, with whole numbers of 64 bits", async () => {
    const task = await loadTask("verifier");
    const filename = path.join(folder, "many.parquet");
    const numbers = Array.from({ length: 2500 }, (_, index) => index);
    await parquetWriteFile({
      filename,
      rowGroupSize: 700,
      columnData: [
        { name: "id", data: numbers.map((number) => BigInt(number)), type: "INT64" },
        { name: "instruction", data: numbers.map((number) => `Is ${number} even?`) },
        { name: "response", data: numbers.map((number) => (number % 2 === 0 ? "yes" : "no")) },
        { name: "human", data: numbers.map((number) => number % 2 === 0) },
      ],
    });
    const entries = await collect(readRecords(filename, task));
    expect(entries).toHaveLength(2500);
    expect(entries[1999]).toMatchObject({
      id: "1999",
      instruction: "Is 1999 even?",
      response: "no",
      human: { good: 0 },
    });
    const few = await collect(readRecords(filename, task, { limit: 3 }));
    expect(few).toHaveLength(3);
  });

  it("that changes while it is read is told of", async () => {
    const task = await loadTask("general");
    const filename = path.join(folder, "changing.parquet");
    const texts = Array.from({ length: 3000 }, (_, i) => `text ${i}`);
    const columnData = ["instruction", "response"].map((name) => ({ name, data: texts }));
    await parquetWriteFile({ filename, rowGroupSize: 1000, columnData });
    const entries: unknown[] = [];
    const reading = async () => {
      for await (const entry of readRecords(filename, task)) {
        entries.push(entry);
        if (entries.length === 10) await utimes(filename, 1000, 1000);
      }
    };
    await expect(reading()).rejects.toMatchObject({
      code: "INPUT_CHANGED",
      place: { file: filename },
    });
    expect(entries).toHaveLength(1000);
  });

  it("keeps ids above 2^53 apart, and to the digit", async () => {
    const filename = path.join(folder, "long-ids.parquet");
    const ids = [1234567890123456789n, 1234567890123456790n, 9007199254740993n, 7n];
    await parquetWriteFile({
      filename,
      columnData: [
        { name: "id", data: ids, type: "INT64" },
        { name: "instruction", data: ids.map(() => "i") },
        { name: "response", data: ids.map(() => "r") },
      ],
    });
    const entries = await collect(readRecords(filename, await loadTask("verifier")));
    expect(entries.map(({ id }) => id)).toEqual(ids.map(String));
  });

  it("fails the rows of more than 16 MiB alone", async () => {
    const filename = path.join(folder, "large.parquet");
    const responses = ["r", "x".repeat(17 * 1024 * 1024), "r"];
    await parquetWriteFile({
      filename,
      columnData: [
        { name: "id", data: ["a", "b", "c"] },
        { name: "instruction", data: ["i", "i", "i"] },
        { name: "response", data: responses },
      ],
    });
    const entries = await collect(readRecords(filename, await loadTask("verifier")));
    expect(entries).toMatchObject([
      { id: "a" },
      { kind: "failure", code: "MALFORMED_RECORD", message: expect.stringContaining("16777216") },
      { id: "c" },
    ]);
  });

  it("of which any byte of the footer is wrong leaves nothing uncaught", async () => {
    const filename = path.join(folder, "wrong-byte.parquet");
    const rows = Array.from({ length: 5 }, (_, i) => `row ${i}`);
    const columnData = ["id", "instruction", "response"].map((name) => ({ name, data: rows }));
    await parquetWriteFile({ filename, columnData });
    const bytes = await readFile(filename);
    const task = await loadTask("verifier");
    const uncaught: unknown[] = [];
    const note = (error: unknown) => uncaught.push(error);
    process.on("unhandledRejection", note);
    try {
      for (
        let at = bytes.length - 8 - bytes.readInt32LE(bytes.length - 8);
        at < bytes.length;
        at++
      ) {
        const broken = Buffer.from(bytes);
        broken[at] = 0xff;
        await writeFile(filename, broken);
        await collect(readRecords(filename, task)).catch((error: unknown) => {
          expect(error).toBeInstanceOf(LagerError);
        });
      }
      await setTimeout(50);
    } finally {
      process.off("unhandledRejection", note);
    }
    expect(uncaught).toEqual([]);
  });

  it("that is broken in two places rejects once, and nothing is left uncaught", async () => {
    const filename = path.join(folder, "broken-twice.parquet");
    await parquetWriteFile({
      filename,
      columnData: ["id", "instruction", "response"].map((name) => ({
        name,
        data: Array.from({ length: 50 }, (_, index) => `${name} ${index} `.repeat(3)),
      })),
    });
    const bytes = await readFile(filename);
    // The first column's data, and in the footer the path of a later column: a list of one text.
    bytes.fill(0xff, 30, 200);
    const at = bytes.lastIndexOf("\x19\x18\x0binstruction", undefined, "latin1");
    expect(at).toBeGreaterThan(200);
    bytes[at + 5] = 0xff;
    await writeFile(filename, bytes);
    const uncaught: unknown[] = [];
    const note = (error: unknown) => uncaught.push(error);
    process.on("unhandledRejection", note);
    try {
      const reading = collect(readRecords(filename, await loadTask("verifier")));
      await expect(reading).rejects.toMatchObject({ code: "UNREADABLE_FILE" });
      await setTimeout(50);
    } finally {
      process.off("unhandledRejection", note);
    }
    expect(uncaught).toEqual([]);
  });

  it("that is none is told so, and none is read from a stream", async () => {
    const task = await loadTask("verifier");
    const file = path.join(folder, "broken.parquet");
    await writeFile(file, "PAR1 and then something else");
    await expect(collect(readRecords(file, task))).rejects.toMatchObject({
      code: "UNREADABLE_FILE",
    });
    await expect(
      collect(readRecords(path.join(folder, "missing.parquet"), task)),
    ).rejects.toMatchObject({ code: "UNREADABLE_FILE" });
    await expect(collect(readRecords("-", task, { format: "parquet" }))).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });
});
