import { LagerError } from "../errors.ts";

/**
 * Writes to standard output and waits until it is out, so that a slow reader slows the run down
 * instead of filling memory.
 *
 * @throws LagerError `UNWRITABLE_OUTPUT` when the reader has closed its end.
 */
export function writeStdout(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error === undefined || error === null) resolve();
      else {
        reject(
          new LagerError("UNWRITABLE_OUTPUT", "standard output was closed by its reader", {
            cause: error,
          }),
        );
      }
    });
  });
}
