import { appendFile, copyFile, readFile, rename, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { hiddenPath } from "../../src/run/hidden-format.ts";
import { openHidden } from "../../src/run/hidden-reader.ts";
import { HiddenWriter } from "../../src/run/hidden-writer.ts";
import { rejection } from "../support/errors.ts";
import { scratchFolder } from "../support/scratch.ts";

const SHAPE = { judgeSha256: "ab".repeat(32), layers: [2, 4], width: 3 };
const ROWS = [0, 1, 2].map((row) => Float32Array.from({ length: 6 }, (_, i) => row + i / 7));

let folder: string;
let run: string;

beforeEach(async () => {
  folder = await scratchFolder();
  run = path.join(folder, "run.jsonl");
});

async function writeRows(): Promise<void> {
  await using writer = await HiddenWriter.create(run, SHAPE);
  for (const [row, states] of ROWS.entries()) expect(await writer.add(states)).toBe(row);
}

describe("hidden states of a run", () => {
  it("come back bit by bit", async () => {
    await writeRows();
    await using hidden = await openHidden(run);
    expect(hidden).toMatchObject({ ...SHAPE, rows: 3, path: hiddenPath(run) });
    for (const row of [2, 0, 1]) expect(await hidden.read(row)).toEqual(ROWS[row]);
    await expect(hidden.read(3)).rejects.toMatchObject({ code: "INVALID_RUN" });
  });

  it("are a safetensors file of one tensor", async () => {
    await writeRows();
    const bytes = await readFile(hiddenPath(run));
    const length = Number(bytes.readBigUInt64LE());
    const { hidden, __metadata__: metadata } = JSON.parse(bytes.toString("utf8", 8, 8 + length));
    expect(hidden).toEqual({ dtype: "F32", shape: [3, 2, 3], data_offsets: [0, 72] });
    expect(metadata).toMatchObject({ layers: "2,4", judgeSha256: SHAPE.judgeSha256 });
    expect(bytes.length).toBe(8 + length + 72);
    expect(bytes.readFloatLE(8 + length + 4)).toBe(Math.fround(1 / 7));
  });

  it("can be read when their writer was killed, up to the last whole row", async () => {
    const writer = await HiddenWriter.create(run, SHAPE);
    for (const states of ROWS) await writer.add(states);
    const part = `${hiddenPath(run)}.part`;
    const killed = path.join(folder, "killed.jsonl");
    await copyFile(part, `${hiddenPath(killed)}.part`);
    await writer.close();
    await truncate(`${hiddenPath(killed)}.part`, 4096 + 24 * 2 + 5);
    await using hidden = await openHidden(killed);
    expect(hidden.rows).toBe(2);
    expect(await hidden.read(1)).toEqual(ROWS[1]);
  });

  it("are not replaced unasked, nor taken when they were cut", async () => {
    await writeRows();
    await expect(HiddenWriter.create(run, SHAPE)).rejects.toMatchObject({ code: "OUTPUT_EXISTS" });
    await truncate(hiddenPath(run), 4096 + 24);
    await expect(openHidden(run)).rejects.toMatchObject({ code: "INVALID_RUN" });
    await (await HiddenWriter.create(run, SHAPE, { force: true })).close();
    await using hidden = await openHidden(run);
    expect(hidden.rows).toBe(0);
  });

  it.each(["killed", "ended"])("are gone on with behind what a %s run refers to", async (end) => {
    const writer = await HiddenWriter.create(run, SHAPE);
    for (const states of [...ROWS].reverse()) await writer.add(states);
    await writer.close();
    // Its last row has no line, and one is torn.
    const finished = hiddenPath(run);
    if (end === "killed") {
      await rename(finished, `${finished}.part`);
      await truncate(`${finished}.part`, 4096 + 24 * 2 + 5);
    }
    const { judgeSha256, layers } = SHAPE;
    const more = await HiddenWriter.resume(run, { judgeSha256, layers }, 1);
    expect(more.path).toBe(finished);
    for (const states of ROWS.slice(0, 2)) await more.add(states);
    // Killed once more, and read as far as it goes.
    await using unfinished = await openHidden(run);
    expect(unfinished.path).toBe(`${finished}.part`);
    expect(unfinished.rows).toBe(3);
    await more.close();
    await using hidden = await openHidden(run);
    expect(hidden).toMatchObject({ ...SHAPE, rows: 3, path: finished });
    for (const [row, states] of [ROWS[2], ROWS[0], ROWS[1]].entries()) {
      expect(await hidden.read(row)).toEqual(states);
    }
  });

  it("are whole after a row that could not be written whole", async () => {
    const writer = await HiddenWriter.create(run, SHAPE);
    await writer.add(ROWS[0] ?? new Float32Array());
    await appendFile(`${hiddenPath(run)}.part`, "ten bytes.");
    await writer.close();
    await using hidden = await openHidden(run);
    expect(hidden.rows).toBe(1);
    expect(await hidden.read(0)).toEqual(ROWS[0]);
  });

  it("are not gone on with where they are others than the run's", async () => {
    await writeRows();
    const { judgeSha256, layers } = SHAPE;
    for (const [expected, rows, message] of [
      [{ judgeSha256: "cd".repeat(32), layers }, 3, /another judge/],
      [{ judgeSha256, layers: [2, 3] }, 3, /layers 2,4, not 2,3/],
      [{ judgeSha256, layers }, 4, /4 rows.*there are 3/],
    ] as const) {
      const error = await rejection(HiddenWriter.resume(run, expected, rows), "INVALID_RUN");
      expect(error.message).toMatch(message);
    }
    await using hidden = await openHidden(run);
    expect(hidden).toMatchObject({ path: hiddenPath(run), rows: 3 });
  });

  it("are refused where they are missing, something else, or of another shape", async () => {
    await expect(openHidden(run)).rejects.toMatchObject({ code: "UNREADABLE_FILE" });
    await writeFile(hiddenPath(run), "x".repeat(5000));
    await expect(openHidden(run)).rejects.toMatchObject({ code: "INVALID_RUN" });
    const writer = await HiddenWriter.create(run, SHAPE, { force: true });
    await expect(writer.add(new Float32Array(5))).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
    await writer.close();
    await expect(writer.add(new Float32Array(6))).rejects.toMatchObject({ code: "DISPOSED" });
  });
});
