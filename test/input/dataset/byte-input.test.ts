import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { readBytes } from "../../../src/input/dataset/byte-input.ts";
import { rejection } from "../../support/errors.ts";
import { scratchFolder } from "../../support/scratch.ts";

it("a reading that is aborted while its file is opened is ABORTED, and nothing else goes wrong", async () => {
  const file = path.join(await scratchFolder(), "data.jsonl");
  await writeFile(file, "{}\n");
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on("uncaughtException", note);
  const aborting = new AbortController();
  const first = readBytes(file, file, aborting.signal).next();
  aborting.abort();
  await rejection(first, "ABORTED");
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off("uncaughtException", note);
  expect(unhandled).toEqual([]);
});
