import { sharedLength } from "./shared-length.ts";

interface Waiting<T> {
  readonly sequence: number;
  readonly tokens: Int32Array;
  readonly element: T;
  /** Tokens shared with the prompt that was taken last. */
  shared: number;
}

/**
 * Prompts that wait to be decoded. The one that shares the longest prefix with the prompt that was
 * taken last goes first, and of several the earliest. Taken so, prompts come in a depth-first order of their token
 * trie: every branch is finished before the decoder goes back to where it parted, so each distinct
 * token is decoded once, with a single sequence in memory.
 */
export class PromptPool<T> {
  readonly #waiting = new Map<number, Waiting<T>>();
  #last: Int32Array = new Int32Array();

  get size(): number {
    return this.#waiting.size;
  }

  add(sequence: number, tokens: Int32Array, element: T): void {
    const shared = sharedLength(this.#last, tokens);
    this.#waiting.set(sequence, { sequence, tokens, element, shared });
  }

  /** The next prompt to decode; `undefined` when none waits. */
  take(): { readonly sequence: number; readonly element: T } | undefined {
    let best: Waiting<T> | undefined;
    for (const waiting of this.#waiting.values()) {
      if (best === undefined || goesBefore(waiting, best)) best = waiting;
    }
    if (best === undefined) return undefined;
    this.#waiting.delete(best.sequence);
    for (const waiting of this.#waiting.values()) {
      // Both begin like the last prompt, so where one leaves it earlier they part there.
      waiting.shared =
        waiting.shared === best.shared
          ? sharedLength(best.tokens, waiting.tokens, waiting.shared)
          : Math.min(waiting.shared, best.shared);
    }
    this.#last = best.tokens;
    return best;
  }
}

function goesBefore<T>(left: Waiting<T>, right: Waiting<T>): boolean {
  if (left.shared !== right.shared) return left.shared > right.shared;
  return left.sequence < right.sequence;
}
