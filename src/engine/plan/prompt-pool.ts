import { sharedLength } from "./distinct-tokens.ts";

interface Waiting<T> {
  readonly sequence: number;
  readonly tokens: Int32Array;
  readonly element: T;
  /** Tokens shared with the prompt that was taken last. */
  shared: number;
}

/** Of all tokens decoded, the share that may be decoded twice for the sake of the source's order. */
const ORDER_BUDGET = 0.01;

/** What is shared beyond this is worth overtaking, however much may be spent. */
const MOST_FOR_ORDER = 16;

/**
 * Prompts that wait to be decoded. The one that shares the longest prefix with the prompt that was
 * taken last goes first, and of several the earliest. Taken so, prompts come in a depth-first order
 * of their token trie: every branch is finished before the decoder goes back to where it parted, so
 * each distinct token is decoded once, with a single sequence in memory.
 *
 * Texts that begin alike by chance (“What is the …”) share a few tokens. For those nobody is
 * overtaken, because results that wait for their turn come late, and are lost to a run that is
 * killed: up to 1 % of the tokens may be decoded twice for that.
 */
export class PromptPool<T> {
  readonly #waiting = new Map<number, Waiting<T>>();
  #last: Int32Array = new Int32Array();
  #decoded = 0;
  #decodedAgain = 0;

  get size(): number {
    return this.#waiting.size;
  }

  add(sequence: number, tokens: Int32Array, element: T): void {
    const shared = sharedLength(this.#last, tokens);
    this.#waiting.set(sequence, { sequence, tokens, element, shared });
  }

  /** The next prompt to decode; `undefined` when none waits. */
  take(): { readonly sequence: number; readonly element: T } | undefined {
    const best = this.#next();
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

  #next(): Waiting<T> | undefined {
    let nearest: Waiting<T> | undefined;
    let earliest: Waiting<T> | undefined;
    for (const waiting of this.#waiting.values()) {
      if (nearest === undefined || goesBefore(waiting, nearest)) nearest = waiting;
      if (earliest === undefined || waiting.sequence < earliest.sequence) earliest = waiting;
    }
    if (nearest === undefined || earliest === undefined) return undefined;
    // What both share beyond the earliest is decoded once more when the decoder comes back to it.
    const again = nearest.shared - earliest.shared;
    const spent = this.#decodedAgain + again;
    const decoded = this.#decoded + earliest.tokens.length - earliest.shared;
    const goesBack = again <= MOST_FOR_ORDER && spent <= ORDER_BUDGET * decoded;
    const next = goesBack ? earliest : nearest;
    if (goesBack) this.#decodedAgain = spent;
    this.#decoded += next.tokens.length - next.shared;
    return next;
  }
}

function goesBefore<T>(left: Waiting<T>, right: Waiting<T>): boolean {
  if (left.shared !== right.shared) return left.shared > right.shared;
  return left.sequence < right.sequence;
}
