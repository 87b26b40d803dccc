import { readFile } from "node:fs/promises";
import { LagerError } from "../../base/errors.ts";
import { unreadableFile } from "../../base/files.ts";
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
    throw unreadableFile("the weights file", path, cause);
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
