import { LagerError } from "../../base/errors.ts";
import { readRecords } from "../../input/dataset/dataset.ts";
import { InputHasher } from "../../input/prompt/input-hasher.ts";
import { lineKey } from "../../run/line-key.ts";
import type { Run } from "../../run/read-run.ts";

/**
 * Checks that a finished run was scored from what the data holds by now. Records that the data does not
 * have, and lines that do not say what they were scored from, are not its business.
 *
 * @throws LagerError `INVALID_ARGUMENT`, and as reading both does.
 */
export async function requireSameData(
  { header, lines }: Run,
  { run, data, signal }: { run: string; data: string; signal: AbortSignal | undefined },
): Promise<void> {
  const hasher = new InputHasher(header.task, header.options.condition);
  const hashes = new Map<string, string>();
  for await (const entry of readRecords(data, header.task, { signal })) {
    if (entry.kind === "failure") continue;
    for (const criterion of header.task.criteria) {
      hashes.set(
        lineKey({ id: entry.id, criterion: criterion.name }),
        hasher.hash(criterion, entry),
      );
    }
  }
  let changed = 0;
  let first = "";
  for await (const { kind, id, criterion, inputHash } of lines) {
    if (kind === "failure" || inputHash === undefined) continue;
    const now = hashes.get(lineKey({ id, criterion }));
    if (now === undefined || now === inputHash) continue;
    if (changed++ === 0) first = id;
  }
  if (changed === 0) return;
  throw new LagerError(
    "INVALID_ARGUMENT",
    `${changed} scores of the run ${run} were made from other texts than the data has now; score the ` +
      "data again with a judge, or give the data that the run was made from",
    { place: { file: data, record: first } },
  );
}
