import { readFile } from "node:fs/promises";
import { errorMessage, LagerError } from "../../base/errors.ts";
import { parseWeights } from "./parse-weights.ts";
import type { Weights } from "./weights-format.ts";

/**
 * Reads a weights file.
 *
 * @throws LagerError `UNREADABLE_FILE`, or `INVALID_WEIGHTS` that names the field.
 */
export async function readWeights(path: string): Promise<Weights> {
  const place = { file: path };
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new LagerError(
      "UNREADABLE_FILE",
      `the weights file cannot be read (${errorMessage(cause)})`,
      { place, cause },
    );
  });
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new LagerError(
      "INVALID_WEIGHTS",
      `the file is not JSON (${errorMessage(cause)}): \`lager tune\` writes weights files`,
      { place, cause },
    );
  }
  return parseWeights(value, place);
}
