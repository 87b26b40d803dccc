import { type LineName, lineKey } from "../../run/line-key.ts";
import {
  type FoundTexts,
  type LineTexts,
  readLineTexts,
  type TextLine,
} from "../../run/line-texts.ts";
import { readRun } from "../../run/read-run.ts";

/** What is known of a line's texts. It is plain JSON. */
export interface ViewedTexts {
  /** Null where there are none. */
  readonly found: LineTexts | null;
  /** Why there are none, in words; null where nobody knows. */
  readonly missing: string | null;
}

/**
 * Makes a function that finds the texts of a run's lines. They are read when it is first called, all at
 * once, and kept: no line is then waited for.
 *
 * @param files the run's.
 * @param options.data the data. Default: what the headers name.
 */
export function viewTexts(
  files: readonly string[],
  options: { readonly data?: string | undefined; readonly signal?: AbortSignal | undefined },
): (line: LineName) => Promise<ViewedTexts> {
  let reading: Promise<readonly FoundTexts[]> | null = null;
  return async (line) => {
    reading ??= Promise.all(files.map((file) => readAll(file, options)));
    const all = await reading;
    const key = lineKey(line);
    const found = all.map(({ lines }) => lines.get(key)).find((texts) => texts !== undefined);
    const missing = all.map((each) => each.missing).find((reason) => reason !== null);
    return { found: found ?? null, missing: found === undefined ? (missing ?? null) : null };
  };
}

async function readAll(
  file: string,
  options: { readonly data?: string | undefined; readonly signal?: AbortSignal | undefined },
): Promise<FoundTexts> {
  const { header, lines } = await readRun(file, { onCutLastLine: () => {} });
  const wanted: TextLine[] = [];
  for await (const line of lines) {
    if (line.kind === "failure") continue;
    const { id, criterion, inputHash, texts } = line;
    wanted.push({ id, criterion, inputHash, texts });
  }
  return readLineTexts(file, header, wanted, options);
}
