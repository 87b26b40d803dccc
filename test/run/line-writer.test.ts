import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { LineWriter } from "../../src/run/line-writer.ts";
import { exampleScore, FAILURE, HEADER } from "../fixtures/example-run.ts";
import { scratchFolder } from "../support/scratch.ts";

let folder: string;

beforeEach(async () => {
  folder = await scratchFolder();
});

describe("LineWriter.open", () => {
  it("writes the header, then a line for each result", async () => {
    const file = path.join(folder, "run.jsonl");
    const writer = await LineWriter.open(file, HEADER);
    await writer.write(exampleScore());
    await writer.write(FAILURE);
    await writer.close();
    const lines = (await readFile(file, "utf8")).split("\n");
    expect(lines).toHaveLength(4);
    expect(lines.slice(0, 3).map((line) => JSON.parse(line).kind)).toEqual([
      "run",
      "score",
      "failure",
    ]);
    expect(lines[3]).toBe("");
  });

  it("has every line that was waited for in the file, before it is closed", async () => {
    const file = path.join(folder, "run.jsonl");
    await using writer = await LineWriter.open(file, HEADER);
    expect((await readFile(file, "utf8")).split("\n")).toHaveLength(2);
    await writer.write(exampleScore());
    expect((await readFile(file, "utf8")).split("\n")).toHaveLength(3);
  });

  it("keeps the order of lines that are not waited for", async () => {
    const file = path.join(folder, "run.jsonl");
    const writer = await LineWriter.open(file, HEADER);
    const ids = Array.from({ length: 100 }, (_, i) => `item ${i}`);
    await Promise.all(ids.map((id) => writer.write(exampleScore({ id }))));
    await writer.close();
    const lines = (await readFile(file, "utf8")).trimEnd().split("\n").slice(1);
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(ids);
  });

  it("leaves a file that exists alone, and says how to go on", async () => {
    const file = path.join(folder, "run.jsonl");
    await writeFile(file, "precious");
    await expect(LineWriter.open(file, HEADER)).rejects.toMatchObject({
      code: "OUTPUT_EXISTS",
      message: expect.stringContaining("--force"),
      place: { file },
    });
    expect(await readFile(file, "utf8")).toBe("precious");
  });

  it("replaces a file that exists when forced to", async () => {
    const file = path.join(folder, "run.jsonl");
    await writeFile(file, "old ".repeat(1000));
    await (await LineWriter.open(file, HEADER, { force: true })).close();
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual(HEADER);
  });

  it("does not touch a file that exists when the header cannot be written", async () => {
    const file = path.join(folder, "run.jsonl");
    await writeFile(file, "precious");
    const broken = { ...HEADER, values: [1, 2, Number.NaN] };
    await expect(LineWriter.open(file, broken, { force: true })).rejects.toMatchObject({
      code: "INTERNAL",
    });
    expect(await readFile(file, "utf8")).toBe("precious");
  });

  it("says what is wrong with a path that cannot be written", async () => {
    await expect(
      LineWriter.open(path.join(folder, "nowhere", "run.jsonl"), HEADER),
    ).rejects.toMatchObject({
      code: "UNWRITABLE_OUTPUT",
      message: expect.stringContaining("its folder does not exist"),
    });
    await mkdir(path.join(folder, "sub"));
    await expect(
      LineWriter.open(path.join(folder, "sub"), HEADER, { force: true }),
    ).rejects.toMatchObject({
      code: "UNWRITABLE_OUTPUT",
      message: expect.stringContaining("it is a folder"),
    });
  });

  it.skipIf(!existsSync("/dev/full"))("reports a full disk", async () => {
    await expect(LineWriter.open("/dev/full", HEADER, { force: true })).rejects.toMatchObject({
      code: "UNWRITABLE_OUTPUT",
      message: expect.stringContaining("the disk is full"),
    });
  });

  it("refuses to write after close, which may be called again", async () => {
    const writer = await LineWriter.open(path.join(folder, "run.jsonl"), HEADER);
    await writer.close();
    await writer.close();
    await expect(writer.write(FAILURE)).rejects.toMatchObject({ code: "DISPOSED" });
  });
});
