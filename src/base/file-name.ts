import { createHash } from "node:crypto";

/** Bytes that a file's name has on Linux, macOS and Windows at most. */
const MOST_BYTES = 255;

/** Bytes that are left for what else a name needs: a number, an ending, the mark of a part. */
const RESERVED_BYTES = 60;

/**
 * A name from outside, short enough for a file: one that is too long is cut between characters and
 * ends in a hash of the whole, so that two that begin alike stay apart.
 */
export function fittingName(name: string): string {
  const most = MOST_BYTES - RESERVED_BYTES;
  if (Buffer.byteLength(name) <= most) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 12);
  let kept = "";
  let bytes = hash.length + 1;
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > most) break;
    kept += character;
  }
  return `${kept}-${hash}`;
}
