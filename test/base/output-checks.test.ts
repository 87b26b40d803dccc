import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { checkFolder, checkOutput } from "../../src/base/output-checks.ts";
import { rejection } from "../support/errors.ts";
import { scratchFolder } from "../support/scratch.ts";

describe("checkOutput", () => {
  it("lets a file be made, and one that is there be replaced where that is asked for", async () => {
    const file = path.join(await scratchFolder(), "run.jsonl");
    await checkOutput(file, false);
    await writeFile(file, "");
    await rejection(checkOutput(file, false), "OUTPUT_EXISTS");
    await checkOutput(file, true);
  });

  it("refuses a folder, and a file in a folder that is not there", async () => {
    const folder = await scratchFolder();
    const error = await rejection(checkOutput(folder, true), "UNWRITABLE_OUTPUT");
    expect(error.message).toContain("this is a folder");
    const missing = await rejection(
      checkOutput(path.join(folder, "no", "run.jsonl"), false),
      "UNWRITABLE_OUTPUT",
    );
    expect(missing.message).toContain("make it first");
  });

  it.skipIf(process.getuid?.() === 0)("refuses what may not be written", async () => {
    const folder = await scratchFolder();
    const file = path.join(folder, "run.jsonl");
    await writeFile(file, "");
    await chmod(file, 0o400);
    await rejection(checkOutput(file, true), "UNWRITABLE_OUTPUT");
  });
});

describe("checkFolder", () => {
  it("takes a folder that is missing or empty, and a full one where that is asked for", async () => {
    const folder = path.join(await scratchFolder(), "charts");
    await checkFolder(folder, false);
    await mkdir(folder);
    await checkFolder(folder, false);
    await writeFile(path.join(folder, "a.svg"), "");
    await rejection(checkFolder(folder, false), "OUTPUT_EXISTS");
    await checkFolder(folder, true);
  });
});
