import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hiddenPath } from "../../../src/run/hidden-format.ts";
import { openHidden } from "../../../src/run/hidden-reader.ts";
import { HiddenWriter } from "../../../src/run/hidden-writer.ts";

const SHAPE = { layers: [2, 4], width: 3 };
const ROWS = [0, 1, 2].map((row) => Float32Array.from({ length: 6 }, (_, i) => row + i / 7));

let folder: string;
let run: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "lager-hidden-"));
  run = path.join(folder, "run.jsonl");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
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
    expect(metadata.layers).toBe("2,4");
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
