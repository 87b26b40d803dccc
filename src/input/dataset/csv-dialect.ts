const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;

/** What cells may end in where the file does not say; the comma where it is as good as another. */
const SEPARATORS = [",", ";", "\t"] as const;

/** The separator that a first line `sep=;` declares, as spreadsheets write and read it. */
export function declaredSeparator(line: string): string | undefined {
  return /^"?sep=([!-~\t])"?\s*$/i.exec(line)?.[1];
}

/** Of the usual separators the one that the header row has most of, quoted cells aside. */
export function likelySeparator(header: string): string {
  const bare = header.replace(/"[^"]*"/g, "");
  const counts = SEPARATORS.map((separator) => bare.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ",";
}

/**
 * Bytes whose lines end in a line feed: where the first line ends in a carriage return alone, every
 * one of them is made a line feed. A CRLF stays what it is.
 */
export async function* withLineFeeds(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let alone: boolean | undefined;
  for await (const chunk of chunks) {
    alone ??= endsInCarriageReturnAlone(chunk);
    yield alone === true ? (chunk.map(lineFeedFor) as Buffer) : chunk;
  }
}

function lineFeedFor(byte: number): number {
  return byte === CARRIAGE_RETURN ? NEWLINE : byte;
}

/** Whether the first line does; `undefined` when it has not ended. */
function endsInCarriageReturnAlone(chunk: Buffer): boolean | undefined {
  let quoted = false;
  for (const [index, byte] of chunk.entries()) {
    if (byte === QUOTE) quoted = !quoted;
    if (quoted) continue;
    if (byte === NEWLINE) return false;
    if (byte === CARRIAGE_RETURN) {
      const next = chunk[index + 1];
      return next === undefined ? undefined : next !== NEWLINE;
    }
  }
  return undefined;
}
