import { createHash } from "node:crypto";
import { copyFile, readFile, truncate } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { modelFiles } from "../../src/engine/models/split-gguf.ts";
import { JudgeEngine } from "../../src/engine/native/judge-engine.ts";
import { loadJudge } from "../../src/judge/judge.ts";
import { bitsOf } from "../support/bits.ts";
import { rejection } from "../support/errors.ts";
import { loadTiny, ON_ONE_THREAD } from "../support/load-tiny.ts";
import { LABELS, tokenPrompt } from "../support/prompts.ts";
import { scratchFolder } from "../support/scratch.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

const FIRST = "llama-split-00001-of-00003";
const PARTS = modelFiles(tinyGguf(FIRST));

/** The first `count` parts in a folder of their own. */
async function copyParts(count: number): Promise<string[]> {
  const folder = await scratchFolder();
  const copies = PARTS.map((part) => path.join(folder, path.basename(part)));
  for (const [i, part] of PARTS.slice(0, count).entries()) await copyFile(part, copies[i] ?? "");
  return copies;
}

it("a judge in three files has the bits of the same in one", async () => {
  expect(PARTS).toHaveLength(3);
  const prompt = tokenPrompt(60, 30_000);
  const [whole, split] = [await loadTiny("llama-q4_0"), await loadTiny(FIRST)];
  expect(split.info).toMatchObject({ layers: whole.info.layers, selfCheckDifference: 0 });
  expect(split.info.parameters).toBe(whole.info.parameters);
  expect(bitsOf(await split.capture(prompt, LABELS))).toEqual(
    bitsOf(await whole.capture(prompt, LABELS)),
  );
});

it("its hash covers every part", async () => {
  const hashes = await Promise.all(
    PARTS.map(async (part) =>
      createHash("sha256")
        .update(await readFile(part))
        .digest("hex"),
    ),
  );
  const all = createHash("sha256")
    .update(hashes.map((hash) => `${hash}\n`).join(""))
    .digest("hex");
  await using judge = await loadJudge(tinyGguf(FIRST), ON_ONE_THREAD);
  expect(judge.sha256).toBe(all);
});

it("a part that is missing or cut is named", async () => {
  const missing = await copyParts(2);
  const lacks = JudgeEngine.load(missing[0] ?? "", ON_ONE_THREAD);
  expect((await rejection(lacks, "INVALID_GGUF")).message).toContain(missing[2]);
  const cut = await copyParts(3);
  await truncate(cut[1] ?? "", 10_000);
  const broken = JudgeEngine.load(cut[0] ?? "", ON_ONE_THREAD);
  expect((await rejection(broken, "INVALID_GGUF")).message).toContain(cut[1]);
});

it("a part other than the first is no judge", async () => {
  const second = JudgeEngine.load(PARTS[1] ?? "", ON_ONE_THREAD);
  expect((await rejection(second, "INVALID_GGUF")).message).toMatch(
    /is part 2 of 3 .*first part, .*-00001-of-00003\.gguf/,
  );
});
