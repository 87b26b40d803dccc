import { throwIfAborted } from "../../base/errors.ts";
import { distinctTokens } from "./distinct-tokens.ts";
import { Intake } from "./intake.ts";
import { PromptPool } from "./prompt-pool.ts";

/** How a stream of prompts is put in order. */
export interface DepthFirstOptions<T> {
  /** Tokens of an element's prompt; null for one that is not to be decoded, which goes on at once. */
  readonly tokensOf: (element: T) => Int32Array | null;
  /** How far an element may be overtaken: bounds what is held here and what waits for its turn. */
  readonly window: number;
  /**
   * Told of each window's prompts in turn (`window` elements of the source, in its order): how many
   * distinct tokens they have, which is the least that must be decoded for them.
   */
  readonly onWindow?: (distinctTokens: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** An element, and its place in the source, counted from 0. */
export interface Planned<T> {
  readonly sequence: number;
  readonly element: T;
}

/** Grows with every prompt that is handed out, so that the first ones need not wait for a whole window. */
const LOOK_AHEAD = 64;

/** A source that gives nothing for so long is slow, or waits for results: then what is here goes on. */
const IDLE_MS = 25;

/**
 * Yields prompts in a depth-first order of their token trie (see {@link PromptPool}), within a
 * window of the source that moves on as its first element is yielded. An ordinary source (a file)
 * gives the same order every time.
 *
 * What the source fails with is thrown after all elements that it gave.
 *
 * @throws LagerError `ABORTED`, at once, however silent the source is.
 */
export async function* depthFirst<T>(
  source: AsyncIterable<T>,
  { tokensOf, window, onWindow, signal }: DepthFirstOptions<T>,
): AsyncGenerator<Planned<T>> {
  const pool = new PromptPool<T>();
  const immediate: Planned<T>[] = [];
  const unfinished = new Set<number>();
  let windowPrompts: Int32Array[] = [];
  let arrived = 0;
  let taken = 0;

  const measureWindow = () => {
    if (windowPrompts.length > 0) onWindow?.(distinctTokens(windowPrompts));
    windowPrompts = [];
  };
  const accept = (element: T) => {
    const sequence = arrived++;
    const tokens = tokensOf(element);
    if (tokens === null) {
      immediate.push({ sequence, element });
    } else {
      pool.add(sequence, tokens, element);
      unfinished.add(sequence);
      windowPrompts.push(tokens);
    }
    if (arrived % window === 0) measureWindow();
  };
  // Insertion order: the first of the set is the earliest that was not yielded yet.
  const hasRoom = () => arrived - (unfinished.values().next().value ?? arrived) < window;
  const intake = new Intake(source, accept, hasRoom);

  try {
    for (;;) {
      intake.pull();
      if (intake.isEnded) measureWindow();
      throwIfAborted(signal, "scoring");
      const next = immediate.shift();
      if (next !== undefined) {
        yield next;
        continue;
      }
      const wanted = taken === 0 ? 1 : Math.min(window, LOOK_AHEAD * taken);
      if (!intake.isEnded && hasRoom() && pool.size < wanted) {
        const isIdle = await intake.nothingComes(pool.size === 0 ? Infinity : IDLE_MS, signal);
        if (!isIdle) continue;
      }
      const best = pool.take();
      if (best !== undefined) {
        taken++;
        unfinished.delete(best.sequence);
        yield best;
      } else if (intake.isEnded && immediate.length === 0) {
        intake.throwFailure();
        return;
      }
    }
  } finally {
    await intake.stop();
  }
}
