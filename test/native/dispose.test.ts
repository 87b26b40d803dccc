import { describe, expect, it } from "vitest";
import { JudgeEngine } from "../../src/engine/native/judge-engine.ts";
import { rejection } from "../support/errors.ts";
import { loadTiny, ON_ONE_THREAD } from "../support/load-tiny.ts";
import { LABELS, tokenPrompt } from "../support/prompts.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

describe("disposing a judge", () => {
  it("waits for the running capture, and ends the queued ones", async () => {
    const engine = await loadTiny("llama-spm-tied");
    const order: string[] = [];
    const running = engine.capture(tokenPrompt(4000, 30_000), LABELS);
    const queued = engine.capture(tokenPrompt(20, 30_000), LABELS);
    // Under way only after a turn of the event loop.
    await new Promise((resolve) => setTimeout(resolve, 1));
    const disposed = engine.dispose().then(() => order.push("disposed"));
    const done = running.then(({ promptTokens }) => order.push(`captured ${promptTokens}`));
    await rejection(queued, "DISPOSED");
    await Promise.all([done, disposed]);
    expect(order).toEqual(["captured 4000", "disposed"]);
  });

  it("can be done twice, at once and one after the other", async () => {
    const engine = await loadTiny("llama-spm-tied");
    await Promise.all([engine.dispose(), engine.dispose(), engine[Symbol.asyncDispose]()]);
    await engine.dispose();
    await rejection(engine.capture(Int32Array.of(1), LABELS), "DISPOSED");
  });

  it("makes every later call say so", async () => {
    const engine = await loadTiny("qwen2-bpe");
    const disposed = engine.dispose();
    // From the call on, not only from its end.
    await rejection(engine.capture(Int32Array.of(1), LABELS), "DISPOSED");
    await disposed;
    await rejection(engine.capture(Int32Array.of(1), LABELS), "DISPOSED");
    await rejection(engine.tokenize([{ text: "a", special: false }]), "DISPOSED");
    await rejection((async () => engine.metadata())(), "DISPOSED");
    await rejection(engine.tokenText(1), "DISPOSED");
    expect(engine.info.architecture).toBe("qwen2");
  });

  it("leaves another judge of the same file alone", async () => {
    const [gone, kept] = [await loadTiny("llama-spm-tied"), await loadTiny("llama-spm-tied")];
    await gone.dispose();
    expect((await kept.capture(tokenPrompt(40, 30_000), LABELS)).headDifference).toBe(0);
  });

  it("lets tokenising that is under way end well", async () => {
    const engine = await loadTiny("qwen2-bpe");
    const text = "one two three ".repeat(5000);
    const tokens = engine.tokenize([{ text, special: true }]);
    await engine.dispose();
    expect((await tokens)[0]?.length).toBeGreaterThan(10_000);
  });

  it("is what `await using` does", async () => {
    let outside: JudgeEngine;
    {
      await using engine = await JudgeEngine.load(tinyGguf("llama-spm-tied"), ON_ONE_THREAD);
      outside = engine;
    }
    await rejection(outside.capture(Int32Array.of(1), LABELS), "DISPOSED");
  });
});
