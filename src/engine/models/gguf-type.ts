import { open } from "node:fs/promises";

/** `general.type` stands among the first keys; a header that holds more than this before it is skipped. */
const READ_BYTES = 64 * 1024;

const STRING = 8;
/** Bytes of the value types of GGUF, by their numbers; 0 for those of no fixed size. */
const SIZES = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8] as const;

/**
 * What a GGUF file says it is, `general.type` of its header: `model`, `adapter`, `imatrix`, `mmproj`…
 * `undefined` where it does not say, or is no GGUF file: whoever loads it has more to say about that.
 */
export async function ggufType(file: string): Promise<string | undefined> {
  const handle = await open(file);
  try {
    const buffer = Buffer.alloc(READ_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, READ_BYTES, 0);
    return typeIn(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

/** Magic, version, two counts of 64 bits, then for each key: its text, the value's type, the value. */
function typeIn(header: Buffer): string | undefined {
  if (header.toString("latin1", 0, 4) !== "GGUF") return undefined;
  try {
    let at = 24;
    const text = (): string => {
      const length = Number(header.readBigUInt64LE(at));
      const begin = at + 8;
      at = begin + length;
      if (at > header.length) throw new RangeError("the text goes on behind what was read");
      return header.toString("utf8", begin, at);
    };
    for (let keys = header.readBigUInt64LE(16); keys > 0n; keys--) {
      const key = text();
      const type = header.readUInt32LE(at);
      at += 4;
      const value = type === STRING ? text() : undefined;
      if (key === "general.type") return value;
      const size = SIZES[type] ?? 0;
      if (type !== STRING && size === 0) return undefined;
      at += size;
    }
    return undefined;
  } catch (error) {
    // A header that ends early, or goes on behind what was read.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
