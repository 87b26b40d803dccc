import path from "node:path";
import { LagerError, throwIfAborted } from "../../base/errors.ts";
import { readWhole, replaceFile, unwritableFile } from "../../base/files.ts";
import { checkOutput, requireNoInput } from "../../base/output-checks.ts";
import { OutputLock } from "../../base/output-lock.ts";
import { formatRunLine } from "../../run/format-run-line.ts";
import { headerWithInput } from "../../run/line-texts.ts";
import { readRun } from "../../run/read-run.ts";
import type { MachineClass, RunHeader } from "../../run/run-format.ts";
import { classOf, machineDifference } from "./fingerprint.ts";
import { readPlan } from "./plan-format.ts";
import type { CollectedRun } from "./result.ts";
import { type Piece, type RunFolder, shardState } from "./run-folder.ts";

/** How a run is put together. */
export interface CollectOptions {
  readonly output: string;
  /** Replace the run file if it exists. Default: false. */
  readonly force?: boolean | undefined;
  /** Leave out what is not scored yet. Default: false, and that is an error. */
  readonly allowMissing?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Puts the parts of a run together: one run file, in the order of the input, as a single run writes it.
 * Only one part is in memory at a time.
 *
 * @throws LagerError `INVALID_ARGUMENT` where shards are missing; `INVALID_RUN` for a part that is none;
 *   `OUTPUT_EXISTS`, `OUTPUT_LOCKED`, `UNWRITABLE_OUTPUT`, `UNREADABLE_FILE`.
 */
export async function collectRun(
  folder: RunFolder,
  { output, force = false, allowMissing = false, signal }: CollectOptions,
): Promise<CollectedRun> {
  const { header: plan, shards } = await readPlan(folder.plan);
  const input = plan.input === undefined ? undefined : path.resolve(folder.path, plan.input);
  await requireNoInput([output], [input, folder.plan]);
  await using _lock = await OutputLock.acquire(output);
  await checkOutput(output, force);
  const parts = await folder.parts();
  const pieces: Piece[] = [];
  const missing: number[] = [];
  for (const shard of shards) {
    const state = shardState(parts, shard);
    pieces.push(...state.scored);
    if (state.missing.length > 0) missing.push(shard.number);
  }
  const [first] = pieces;
  if (first === undefined || (missing.length > 0 && !allowMissing)) {
    throw new LagerError(
      "INVALID_ARGUMENT",
      `${missing.length} of ${shards.length} shards are not scored yet, the first of them ${missing[0]}; ` +
        "wait for them, or put together what is there with --allow-missing",
    );
  }
  const files = pieces.map((piece) => folder.part(piece));
  const header = (await readRun(folder.part(first))).header;
  const classes = plan.mixed ? await classesOf(files) : new Map<string, MachineClass>();
  const isMixed = classes.size > 1;
  const counts = { scores: 0, failures: 0 };
  async function* lines(): AsyncGenerator<string> {
    const whole = isMixed ? { ...header, classes: [...classes.values()] } : header;
    yield `${formatRunLine(headerWithInput(whole, input, output))}\n`;
    for (const file of files) {
      throwIfAborted(signal, "putting the run together");
      const part = await readPart(file, counts);
      if (!isMixed) requireSameHeader(header, part.header, file);
      const own = [...classes.keys()].indexOf(classOf(part.header));
      yield isMixed ? part.lines.replaceAll("}\n", `,"class":${own}}\n`) : part.lines;
    }
  }
  await replaceFile(output, lines(), { signal }).catch((cause: unknown) => {
    throwIfAborted(signal, "putting the run together");
    throw cause instanceof LagerError ? cause : unwritableFile("the run", output, cause);
  });
  return { ...counts, shards: shards.length, missing };
}

/** Kinds of the machines that scored parts, in the order in which they come first. */
async function classesOf(files: readonly string[]): Promise<Map<string, MachineClass>> {
  const classes = new Map<string, MachineClass>();
  for (const file of files) {
    const { llama, machine } = (await readRun(file)).header;
    const name = classOf({ llama, machine });
    if (!classes.has(name)) classes.set(name, { llama, machine });
  }
  return classes;
}

function requireSameHeader(header: RunHeader, own: RunHeader, file: string): void {
  const other = machineDifference(header, own);
  if (other === null) return;
  const what = `this part was scored with another ${other.field} than the first one`;
  throw new LagerError("MACHINE_MISMATCH", what, { place: { file } });
}

/** A part's header, and the lines behind it as they are written. */
async function readPart(
  part: string,
  counts: { scores: number; failures: number },
): Promise<{ readonly header: RunHeader; readonly lines: string }> {
  const { header } = await readRun(part);
  const text = (await readWhole(part, "the part")).toString();
  const lines = text.slice(text.indexOf("\n") + 1);
  for (const [, kind] of lines.matchAll(/^\{"kind":"(score|failure)"/gm)) {
    counts[kind === "score" ? "scores" : "failures"]++;
  }
  return { header, lines };
}
