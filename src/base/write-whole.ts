import { rename, writeFile } from "node:fs/promises";
import { errorMessage, LagerError } from "./errors.ts";

/**
 * Writes a file under another name first, and renames it: a file that is there is whole.
 *
 * @param what names the file's contents in the message, as in "the weights".
 * @throws LagerError `UNWRITABLE_OUTPUT`.
 */
export async function writeWhole(file: string, text: string, what: string): Promise<void> {
  const part = `${file}.part`;
  try {
    await writeFile(part, text);
    await rename(part, file);
  } catch (cause) {
    throw new LagerError(
      "UNWRITABLE_OUTPUT",
      `${what} cannot be written (${errorMessage(cause)})`,
      { place: { file }, cause },
    );
  }
}
