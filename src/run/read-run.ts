import { checkArguments, PATH, TEXT } from "../base/arguments.ts";
import { LagerError } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import { publicCall } from "../base/public-call.ts";
import type { Outcome } from "../scoring/score/outcome.ts";
import { parseRunHeader } from "./parse-run-header.ts";
import { runItemParser } from "./parse-run-line.ts";
import { type FileLine, readLines } from "./read-lines.ts";
import type { RunHeader } from "./run-format.ts";

/** A run file that has been opened. */
export interface Run {
  readonly header: RunHeader;
  /**
   * The scores and failures in the order of the file, read as they are asked for. Each iteration
   * reads the file anew; a line that does not follow the format throws `INVALID_RUN`.
   */
  readonly lines: AsyncIterable<Outcome>;
}

/** How a run file is read. */
export interface ReadRunOptions {
  /**
   * A run that was killed can end in a cut line. Without this function that is an error; with it,
   * the line is left out and the error is handed over here instead.
   */
  readonly onCutLastLine?: ((error: LagerError) => void) | undefined;
}

/**
 * Opens a run file and reads its header.
 *
 * @throws LagerError `UNREADABLE_FILE`, or `INVALID_RUN` with line and field.
 */
export async function readRun(path: string, options: ReadRunOptions = {}): Promise<Run> {
  checkArguments("readRun", { path: [path, PATH] });
  return publicCall("readRun", options, async (own) => {
    const header = await readHeader(path);
    return {
      header,
      lines: { [Symbol.asyncIterator]: () => readItems(path, runItemParser(header), own) },
    };
  });
}

/** Like {@link readRun}, but a line's logits are written over by the next one's: copy what is kept. */
export async function readRunInPlace(path: string, options: ReadRunOptions = {}): Promise<Run> {
  const header = await readHeader(path);
  const parser = () => runItemParser(header, { reuse: true });
  return { header, lines: { [Symbol.asyncIterator]: () => readItems(path, parser(), options) } };
}

/**
 * All lines of one item: its scores and failures on every criterion. A cut last line is left out.
 *
 * @throws LagerError `INVALID_ARGUMENT` when the run holds no such item, and as {@link readRun}.
 */
export async function readRunItem(
  path: string,
  id: string,
): Promise<{ header: RunHeader; lines: Outcome[] }> {
  checkArguments("readRunItem", { path: [path, PATH], id: [id, TEXT] });
  const run = await readRun(path, { onCutLastLine: () => {} });
  const lines: Outcome[] = [];
  const someIds = new Set<string>();
  for await (const line of run.lines) {
    if (line.id === id) lines.push(line);
    else if (someIds.size < 3) someIds.add(line.id);
  }
  if (lines.length === 0) {
    const examples = [...someIds].map((some) => JSON.stringify(some)).join(", ");
    throw new LagerError(
      "INVALID_ARGUMENT",
      `the run holds no item ${JSON.stringify(id)}; ` +
        (examples === "" ? "it holds no item at all" : `ids in it look like ${examples}`),
      { place: { file: path } },
    );
  }
  return { header: run.header, lines };
}

async function readHeader(path: string): Promise<RunHeader> {
  for await (const line of readLines(path)) {
    const place = { file: path, line: line.number };
    return parseRunHeader(parseLine(line, path), place);
  }
  throw new LagerError("INVALID_RUN", "the file is empty: a run file starts with its header", {
    place: { file: path },
  });
}

async function* readItems(
  path: string,
  parse: ReturnType<typeof runItemParser>,
  options: ReadRunOptions,
): AsyncGenerator<Outcome> {
  for await (const line of readLines(path)) {
    if (line.number === 1) continue;
    let value: unknown;
    try {
      value = parseLine(line, path);
    } catch (error) {
      // Without a line end and not JSON: the writer was ended in the middle of this line.
      if (!line.terminated && error instanceof LagerError && options.onCutLastLine) {
        options.onCutLastLine(error);
        return;
      }
      throw error;
    }
    yield parse(value, { file: path, line: line.number });
  }
}

function parseLine(line: FileLine, path: string): unknown {
  return parseJson(line.bytes, (reason, cause) => {
    const what = line.terminated
      ? `the line is not JSON (${reason})`
      : "the last line is cut: the run was ended while it was being written; the lines before " +
        "it are whole";
    return new LagerError("INVALID_RUN", what, { place: { file: path, line: line.number }, cause });
  });
}
