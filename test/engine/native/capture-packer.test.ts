import { describe, expect, it } from "vitest";
import { LagerError } from "../../../src/base/errors.ts";
import type { NativeCapture } from "../../../src/engine/addon/boundary.ts";
import { CapturePacker, type PackingEngine } from "../../../src/engine/native/capture-packer.ts";
import { rejection } from "../../support/errors.ts";

/** Says which prompt a result is of. */
function scoreOf(tokens: Int32Array): NativeCapture {
  const logits = Float32Array.from(tokens);
  const counts = { promptTokens: tokens.length, reusedTokens: 0 };
  return { normed: logits, raw: logits, headDifference: 0, scoreMass: 1, ...counts };
}

/** Prompts that hold a 13 cannot be captured. Notes what it was asked for. */
class FakeEngine implements PackingEngine {
  readonly packs: number[][] = [];
  readonly alone: number[] = [];

  async captureBatch(prompts: readonly Int32Array[]): Promise<NativeCapture[]> {
    this.packs.push(prompts.map(([first]) => first ?? Number.NaN));
    await new Promise((resolve) => setTimeout(resolve, 1));
    return prompts.map((tokens) => this.#score(tokens));
  }

  async capture(tokens: Int32Array): Promise<NativeCapture> {
    this.alone.push(tokens[0] ?? Number.NaN);
    return this.#score(tokens);
  }

  #score(tokens: Int32Array): NativeCapture {
    if (tokens.includes(13)) throw new LagerError("DECODE_FAILED", "13 is unlucky");
    return scoreOf(tokens);
  }
}

const LABELS = Int32Array.of(1, 2);
const prompt = (first: number) => Int32Array.of(first, 7);

describe("captures in packs", () => {
  it("hold what is asked for together, in its order, and give each its own result", async () => {
    const engine = new FakeEngine();
    const packer = new CapturePacker(engine, 3);
    const scores = await Promise.all(
      [1, 2, 3, 4, 5].map((first) => packer.capture(prompt(first), LABELS)),
    );
    expect(scores.map(({ normed }) => normed[0])).toEqual([1, 2, 3, 4, 5]);
    expect(engine.packs).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it("gather while the one before is decoded", async () => {
    const engine = new FakeEngine();
    const packer = new CapturePacker(engine, 4);
    const first = packer.capture(prompt(1), LABELS);
    await new Promise(setImmediate);
    await Promise.all([first, ...[2, 3].map((each) => packer.capture(prompt(each), LABELS))]);
    expect(engine.packs).toEqual([[1], [2, 3]]);
    await packer.capture(prompt(4), LABELS);
    expect(engine.packs.at(-1)).toEqual([4]);
  });

  it("hold the same score tokens and options only", async () => {
    const engine = new FakeEngine();
    const packer = new CapturePacker(engine, 4);
    const other = Int32Array.of(1, 3);
    await Promise.all([
      packer.capture(prompt(1), LABELS),
      packer.capture(prompt(2), other),
      packer.capture(prompt(3), LABELS.slice()),
      packer.capture(prompt(4), LABELS, { hidden: true }),
      packer.capture(prompt(5), other),
    ]);
    expect(engine.packs).toEqual([[1, 3], [2, 5], [4]]);
  });

  it("that fail are captured one by one, so that only the one to blame fails", async () => {
    const engine = new FakeEngine();
    const packer = new CapturePacker(engine, 3);
    const [good, bad, other] = [1, 13, 3].map((first) => packer.capture(prompt(first), LABELS));
    await rejection(bad ?? Promise.resolve(), "DECODE_FAILED");
    expect((await good)?.normed[0]).toBe(1);
    expect((await other)?.normed[0]).toBe(3);
    expect(engine.alone).toEqual([1, 13, 3]);
    // A pack of one has shown what it can.
    await rejection(packer.capture(prompt(13), LABELS), "DECODE_FAILED");
    expect(engine.alone).toHaveLength(3);
  });

  it("that were aborted are not tried again", async () => {
    const engine = new FakeEngine();
    const packer = new CapturePacker(engine, 3);
    const signal = AbortSignal.abort();
    const captures = [13, 1].map((first) => packer.capture(prompt(first), LABELS, { signal }));
    const ends = await Promise.allSettled(captures);
    expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(engine.alone).toEqual([]);
  });
});
