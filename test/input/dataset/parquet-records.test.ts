import { writeFile } from "node:fs/promises";
import path from "node:path";
import { parquetWriteFile } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
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
