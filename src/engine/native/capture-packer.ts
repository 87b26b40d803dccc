import { LagerError } from "../../base/errors.ts";
import type { NativeCapture } from "../addon/boundary.ts";
import type { CaptureOptions } from "./engine-turn.ts";

/** What captures one prompt, or several at once: a `JudgeEngine`. */
export interface PackingEngine {
  capture(
    tokens: Int32Array,
    scoreTokens: Int32Array,
    options: CaptureOptions,
  ): Promise<NativeCapture>;
  captureBatch(
    prompts: readonly Int32Array[],
    scoreTokens: Int32Array,
    options: CaptureOptions,
  ): Promise<NativeCapture[]>;
}

interface Waiting {
  readonly tokens: Int32Array;
  readonly scoreTokens: Int32Array;
  readonly options: CaptureOptions;
  readonly resolve: (score: NativeCapture) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Puts captures that are asked for one by one into packs, which a GPU takes at once. While one pack is
 * decoded the next one gathers; prompts go in the order in which they were asked for, but that those
 * with the same score tokens go together.
 */
export class CapturePacker {
  readonly #engine: PackingEngine;
  readonly #parallel: number;
  #waiting: Waiting[] = [];
  #isRunning = false;

  /** @param parallel - prompts of a pack at most. */
  constructor(engine: PackingEngine, parallel: number) {
    this.#engine = engine;
    this.#parallel = parallel;
  }

  /** As `JudgeEngine.capture`; the result depends on what it was packed with, within rounding. */
  capture(
    tokens: Int32Array,
    scoreTokens: Int32Array,
    options: CaptureOptions = {},
  ): Promise<NativeCapture> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ tokens, scoreTokens, options, resolve, reject });
      // Not at once: what is asked for in the same moment belongs into the same pack.
      if (!this.#isRunning) {
        this.#isRunning = true;
        setImmediate(() => void this.#run());
      }
    });
  }

  async #run(): Promise<void> {
    for (let pack = this.#nextPack(); pack.length > 0; pack = this.#nextPack()) {
      await this.#capturePack(pack);
    }
    this.#isRunning = false;
  }

  #nextPack(): Waiting[] {
    const [first] = this.#waiting;
    if (first === undefined) return [];
    const fits = (other: Waiting) =>
      sameTokens(other.scoreTokens, first.scoreTokens) &&
      other.options.signal === first.options.signal &&
      other.options.hidden === first.options.hidden &&
      other.options.fresh === first.options.fresh;
    const pack = this.#waiting.filter(fits).slice(0, this.#parallel);
    const taken = new Set(pack);
    this.#waiting = this.#waiting.filter((waiting) => !taken.has(waiting));
    return pack;
  }

  async #capturePack(pack: readonly Waiting[]): Promise<void> {
    const [first] = pack;
    if (first === undefined) return;
    const { scoreTokens, options } = first;
    try {
      const prompts = pack.map(({ tokens }) => tokens);
      const scores = await this.#engine.captureBatch(prompts, scoreTokens, options);
      for (const [i, { resolve }] of pack.entries()) {
        const score = scores[i];
        if (score === undefined) throw new LagerError("INTERNAL", "a pack has lost a prompt");
        resolve(score);
      }
    } catch (error) {
      // A pack fails as a whole; which of its prompts is to blame, each shows for itself.
      const isOver = pack.length === 1 || options.signal?.aborted === true;
      for (const { tokens, resolve, reject } of pack) {
        if (isOver) reject(error);
        else await this.#engine.capture(tokens, scoreTokens, options).then(resolve, reject);
      }
    }
  }
}

function sameTokens(left: Int32Array, right: Int32Array): boolean {
  return left.length === right.length && left.every((token, i) => token === right[i]);
}
