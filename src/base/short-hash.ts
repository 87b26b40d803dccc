import { createHash } from "node:crypto";

/** Hexadecimal digits: 64 bits tell versions of one item apart, which is all that they are for. */
const DIGITS = 16;

/** The first 16 digits of the SHA-256, lower-case hex. */
export function shortHash(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex").slice(0, DIGITS);
}
