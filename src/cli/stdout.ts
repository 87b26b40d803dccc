import { LagerError } from "../base/errors.ts";

let isGuarded = false;

/**
 * Writes to standard output and waits until it is out, so that a slow reader slows the run down
 * instead of filling memory.
 *
 * @throws LagerError `UNWRITABLE_OUTPUT` when the reader has closed its end.
 */
export function writeStdout(text: string): Promise<void> {
  // The failed write rejects below; the stream's own event would end the process on top of that.
  if (!isGuarded) process.stdout.on("error", () => {});
  isGuarded = true;
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

/** Columns of the terminal, or as many as a text has that is piped somewhere. */
export function terminalColumns(elsewhere = 100): number {
  return process.stdout.columns ?? elsewhere;
}

/** Prints what a command found out: as one JSON object, or as a text for the terminal. */
export function writeResult<Result>(
  result: Result,
  json: boolean | undefined,
  text: (result: Result, options: { readonly columns: number }) => string,
): Promise<void> {
  return writeStdout(
    json === true ? `${JSON.stringify(result)}\n` : text(result, { columns: terminalColumns() }),
  );
}
