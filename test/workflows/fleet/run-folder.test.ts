import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import {
  halvesOf,
  pieceName,
  RunFolder,
  shardState,
  storeFolder,
  wholePiece,
} from "../../../src/workflows/fleet/run-folder.ts";
import { MADE_UP_HEADER, madeUpScores, runText } from "../../fixtures/made-up-run.ts";
import { scratchFolder } from "../../support/scratch.ts";

const SHARD = { kind: "shard", number: 3, records: 10, bytes: 1, sha256: "" } as const;

async function emptyRun(): Promise<RunFolder> {
  const folder = new RunFolder(await scratchFolder());
  await mkdir(path.join(folder.path, "parts"));
  return folder;
}

it("the first part that is written stays, and a second one must say the same", async () => {
  const folder = await emptyRun();
  const piece = wholePiece(SHARD);
  const scores = madeUpScores(2);
  const keep = async (text: string) => {
    const temporary = await folder.temporaryPart(piece);
    await writeFile(temporary, text);
    return folder.keep(piece, temporary);
  };
  const first = runText(MADE_UP_HEADER, ...scores);
  expect(await keep(first)).toBe(true);
  expect(await keep(first)).toBe(false);
  // What was decoded before is no figure of a score.
  expect(await keep(first.replace(/"reusedTokens":\d+/, '"reusedTokens":0'))).toBe(false);
  expect(await folder.stopped()).toBeNull();
  const other = first.replace(/"entropy":[\d.]+/, '"entropy":0.5');
  await expect(keep(other)).rejects.toMatchObject({ code: "NOT_REPRODUCIBLE" });
  expect(await folder.stopped()).toContain("shard 3 was scored twice");
  expect(await readFile(folder.part(piece), "utf8")).toBe(first);
  await folder.unstop();
  expect(await folder.stopped()).toBeNull();
});

it("a shard that was cut is put together of its pieces, in order", async () => {
  const folder = await emptyRun();
  const whole = wholePiece(SHARD);
  const state = async () => shardState(await folder.parts(), SHARD);
  expect(await state()).toEqual({ scored: [], missing: [whole] });
  const [left, right] = halvesOf(whole);
  const [third, fourth] = halvesOf(right);
  const write = (piece: typeof whole) => writeFile(folder.part(piece), "");
  await write(fourth);
  expect(await state()).toEqual({ scored: [fourth], missing: [left, third] });
  await write(third);
  await write(left);
  expect(await state()).toEqual({ scored: [left, third, fourth], missing: [] });
  // Somebody may have scored it whole meanwhile.
  await write(whole);
  expect(await state()).toEqual({ scored: [whole], missing: [] });
});

it("halves a piece down to single records", () => {
  let piece = wholePiece(SHARD);
  const sizes = [];
  while (piece.to - piece.from > 1) {
    const [left, right] = halvesOf(piece);
    expect([left.from, left.to, right.to]).toEqual([piece.from, right.from, piece.to]);
    sizes.push(right.to - right.from);
    piece = right;
  }
  expect(sizes).toEqual([5, 2, 1]);
  expect(pieceName(piece)).toBe("00000003.9-10");
});

it("a store is a folder, and a run in it has an id", async () => {
  const folder = await scratchFolder();
  expect(storeFolder(`file://${folder}`)).toBe(folder);
  expect(() => storeFolder("s3://bucket/prefix")).toThrow(/a store is a folder/);
  await expect(RunFolder.find(folder, "../..")).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
});
