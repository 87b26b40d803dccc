import { expect, it } from "vitest";
import { tokenTexts } from "../../src/input/tokens/tokenizer.ts";
import { bitsOf } from "../support/bits.ts";
import { rejection } from "../support/errors.ts";
import { loadTiny } from "../support/load-tiny.ts";
import { LABELS, tokenPrompt } from "../support/prompts.ts";

const PROMPT = tokenPrompt(70, 30_000);
const PLAIN_ATTENTION = { plainAttention: true };

it("generation goes on from the prompt alone, whatever is decoded in between", async () => {
  const engine = await loadTiny("llama-q4_k");
  const generate = (maxTokens: number) =>
    engine.turn((turn) => turn.generate(PROMPT, { maxTokens }));
  const whole = await generate(12);
  expect(whole.tokens).toHaveLength(12);
  expect(whole).toMatchObject({ ended: false, reusedTokens: 0 });
  await engine.capture(tokenPrompt(50, 30_000, 2), LABELS);
  expect((await generate(5)).tokens).toEqual(whole.tokens.slice(0, 5));
  // What is asked for together is worked on in turn.
  const captured = engine.capture(tokenPrompt(50, 30_000, 3), LABELS);
  const [again, other] = await Promise.all([generate(12), generate(3)]);
  expect(again.tokens).toEqual(whole.tokens);
  expect(other.tokens).toEqual(whole.tokens.slice(0, 3));
  expect((await captured).promptTokens).toBe(50);
});

it("it stops when it is told to, and a capture in the same turn has its own bits", async () => {
  const engine = await loadTiny("llama-bpe-untied");
  const { tokens, behind } = await engine.turn(async (turn) => {
    const seen: number[] = [];
    const generation = await turn.generate(PROMPT, {
      maxTokens: 50,
      isDone: (generated) => seen.push(generated.length) === 7,
    });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const tokens = Int32Array.from([...PROMPT, ...generation.tokens]);
    return { tokens, behind: await turn.capture(tokens, LABELS) };
  }, PLAIN_ATTENTION);
  expect(tokens).toHaveLength(77);
  // The prompt is kept, but for its last group; nothing that was decoded token by token is.
  expect(behind.reusedTokens).toBeGreaterThan(70 - 20);
  expect(behind.reusedTokens).toBeLessThanOrEqual(70);
  expect(bitsOf(behind)).toEqual(
    bitsOf(await engine.capture(tokens, LABELS, { fresh: true, ...PLAIN_ATTENTION })),
  );
});

it("it ends with the context, and says what is too long", async () => {
  const engine = await loadTiny("llama-spm-tied", { contextSize: 512 });
  const prompt = tokenPrompt(510, 30_000);
  const { tokens, ended } = await engine.turn((turn) => turn.generate(prompt, { maxTokens: 9 }));
  expect({ count: tokens.length, ended }).toEqual({ count: 2, ended: false });
  const longer = engine.turn((turn) => turn.generate(tokenPrompt(513, 30_000), { maxTokens: 1 }));
  await rejection(longer, "PROMPT_TOO_LONG");
});

it("it can be aborted, and the judge stays good", async () => {
  const engine = await loadTiny("llama-bpe-untied");
  const abort = new AbortController();
  const { signal } = abort;
  const stopped = engine.turn((turn) =>
    turn.generate(PROMPT, {
      maxTokens: 500,
      signal,
      isDone: (generated) => {
        if (generated.length === 3) abort.abort();
        return false;
      },
    }),
  );
  await rejection(stopped, "ABORTED");
  const { tokens } = await engine.turn((turn) => turn.generate(PROMPT, { maxTokens: 4 }));
  expect(tokens).toHaveLength(4);
  await engine.dispose();
  await rejection(
    engine.turn((turn) => turn.generate(PROMPT, { maxTokens: 1 })),
    "DISPOSED",
  );
});

it("text of tokens puts characters together that are spread over them", async () => {
  const engine = await loadTiny("llama-bpe-untied");
  const text = "𒀀 𓂀 🜚";
  const [tokens = new Int32Array()] = await engine.tokenize([{ text, special: false }]);
  expect(await engine.textOf(Array.from(tokens))).toBe(text);
  expect((await tokenTexts(engine, tokens)).join("")).not.toBe(text);
  await rejection(engine.textOf([-1]), "INVALID_ARGUMENT");
});
