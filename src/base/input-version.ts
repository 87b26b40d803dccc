import type { BigIntStats } from "node:fs";
import { type FileHandle, stat } from "node:fs/promises";
import { LagerError } from "./errors.ts";

/** Which contents a file has, as far as the file system tells; null for a pipe or device. */
export type InputVersion = Pick<BigIntStats, "dev" | "ino" | "size" | "mtimeNs"> | null;

/** The version of a file that is there, or is open. */
export async function inputVersion(file: string | FileHandle): Promise<InputVersion> {
  const found =
    typeof file === "string"
      ? await stat(file, { bigint: true })
      : await file.stat({ bigint: true });
  if (!found.isFile()) return null;
  const { dev, ino, size, mtimeNs } = found;
  return { dev, ino, size, mtimeNs };
}

/**
 * Checks that a file was not written to while it was read: what was read of it would belong to no version
 * of it.
 *
 * @throws LagerError `INPUT_CHANGED`.
 */
export function requireSameVersion(before: InputVersion, now: InputVersion, file: string): void {
  if (before === null && now === null) return;
  const isSame =
    now !== null &&
    before?.dev === now.dev &&
    before.ino === now.ino &&
    before.size === now.size &&
    before.mtimeNs === now.mtimeNs;
  if (isSame) return;
  const sizes = before?.size === now?.size ? "" : ` (${before?.size} bytes then, ${now?.size} now)`;
  throw new LagerError(
    "INPUT_CHANGED",
    `the input was changed while it was read${sizes}: what was scored is kept, and --resume goes on ` +
      "once nothing writes to the input any more",
    { place: { file } },
  );
}

/**
 * Remembers a file that is read more than once.
 *
 * @returns checks that it is still the same, and throws `INPUT_CHANGED` where it is not.
 */
export async function watchInput(file: string): Promise<() => Promise<void>> {
  // Whoever reads it says that it cannot be read.
  const version = () => inputVersion(file).catch(() => null);
  const before = await version();
  return async () => requireSameVersion(before, await version(), file);
}
