import { mkdtempSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, onTestFinished } from "vitest";

/** A folder of its own for the running test; it is removed afterwards. */
export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "lager-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder that all tests of a file share; it is removed after the last of them. */
export function fileScratchFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "lager-test-"));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes records as JSON Lines; a text or buffer is written as it is, as one line. */
export async function writeLines(
  file: string,
  lines: readonly (object | string | Buffer)[],
): Promise<string> {
  const bytes = lines.map((line) => {
    if (Buffer.isBuffer(line)) return line;
    return Buffer.from(typeof line === "string" ? line : JSON.stringify(line));
  });
  await writeFile(file, Buffer.concat(bytes.flatMap((line) => [line, Buffer.from("\n")])));
  return file;
}
