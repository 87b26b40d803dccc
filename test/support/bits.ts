import type { NativeCapture } from "../../src/engine/addon/boundary.ts";

/** The logits as bit patterns: equal only if every bit is, the sign of zero and NaN included. */
export function bitsOf({ normed, raw }: Pick<NativeCapture, "normed" | "raw">): number[][] {
  return [normed, raw].map((logits) =>
    Array.from(new Uint32Array(logits.buffer, logits.byteOffset, logits.length)),
  );
}
