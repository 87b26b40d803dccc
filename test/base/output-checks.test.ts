import { chmod, link, mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { checkFolder, checkOutput, requireNoInput } from "../../src/base/output-checks.ts";
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

describe("what is read is never what is written", () => {
  it("by another spelling, a link, a hard link or a link in its path", async () => {
    const folder = await scratchFolder();
    const input = path.join(folder, "data.jsonl");
    await writeFile(input, "precious");
    await link(input, path.join(folder, "hard"));
    await symlink(input, path.join(folder, "soft"));
    await symlink(folder, path.join(folder, "there"));
    await mkdir(path.join(folder, "sub"));
    const names = ["data.jsonl", "./sub/../data.jsonl", "hard", "soft", "there/data.jsonl"];
    for (const name of names) {
      const output = `${folder}/${name}`;
      const error = await rejection(requireNoInput([output], [input]), "INVALID_ARGUMENT");
      expect(error.message).toContain("would be replaced");
      expect(error.place.file).toBe(output);
      await rejection(checkOutput(output, true, [input]), "INVALID_ARGUMENT");
    }
  });

  it("and what is not there, or no file, is no matter", async () => {
    const folder = await scratchFolder();
    const input = path.join(folder, "data.jsonl");
    const other = path.join(folder, "other.jsonl");
    await requireNoInput([input, "/dev/null"], [input, undefined, "hf:some/judge", "/dev/null"]);
    await writeFile(input, "");
    await writeFile(other, "");
    await requireNoInput([other, path.join(folder, "new")], [input, folder]);
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
