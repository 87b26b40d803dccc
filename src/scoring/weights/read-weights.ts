import { readFile } from "node:fs/promises";
import { errorMessage, LagerError } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
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
  const value = parseJson(
    bytes,
    (reason, cause) =>
      new LagerError(
        "INVALID_WEIGHTS",
        `the file is not JSON (${reason}): \`lager tune\` writes weights files`,
        { place, cause },
      ),
  );
  return parseWeights(value, place);
}
