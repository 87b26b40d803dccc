import { describe, expect, it, onTestFinished } from "vitest";
import { parseTask } from "../../src/input/task/parse-task.ts";
import type { ScoreItem } from "../../src/judge/items.ts";
import { type Judge, loadJudge } from "../../src/judge/judge.ts";
import type { ScoreProgress } from "../../src/judge/score-options.ts";
import type { Outcome, Score } from "../../src/scoring/score/outcome.ts";
import { collect } from "../support/collect.ts";
import { rejection } from "../support/errors.ts";
import { ON_ONE_THREAD } from "../support/load-tiny.ts";
import { ONE_CRITERION_TASK } from "../support/tiny-cli.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

const TASK = parseTask(ONE_CRITERION_TASK);

async function tinyJudge(name = "llama-bpe-untied", options = {}): Promise<Judge> {
  const judge = await loadJudge(tinyGguf(name), { ...ON_ONE_THREAD, ...options });
  onTestFinished(() => judge.dispose());
  return judge;
}

function item(number: number): ScoreItem {
  return { id: `item ${number}`, instruction: `Say ${number}.`, response: `${number} it is.` };
}

/** A source without an end that knows how much was taken from it, and whether it was closed. */
class Endless {
  taken = 0;
  closed = false;

  async *[Symbol.asyncIterator](): AsyncGenerator<ScoreItem> {
    try {
      for (;;) yield item(this.taken++);
    } finally {
      this.closed = true;
    }
  }
}

describe("a stream of items", () => {
  it("is taken only as far as it is needed, and closed", async () => {
    const judge = await tinyJudge();
    const source = new Endless();
    const seen: string[] = [];
    for await (const { id } of judge.scoreAll(source, { task: TASK })) {
      seen.push(id);
      if (seen.length === 50) break;
    }
    expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => `item ${i}`));
    expect(source.closed).toBe(true);
    // What is made ready ahead is bounded: a window, and what is finished before its turn.
    expect(source.taken).toBeLessThan(50 + 1024 + 100);
    expect((await judge.score(item(1), { task: TASK })).promptTokens).toBeGreaterThan(10);
  });

  it("may wait for the outcome of each item before it gives the next", async () => {
    const judge = await tinyJudge();
    let answered = 0;
    async function* conversation() {
      for (let turn = 0; turn < 5; turn++) {
        while (answered < turn) await new Promise((resolve) => setTimeout(resolve, 1));
        yield item(turn);
      }
    }
    for await (const _ of judge.scoreAll(conversation(), { task: TASK })) answered++;
    expect(answered).toBe(5);
  });

  it("may be any iterable, and empty", async () => {
    const judge = await tinyJudge();
    expect(await collect(judge.scoreAll([], { task: TASK }))).toEqual([]);
    expect(await collect(judge.scoreAll(new Set([item(1), item(2)]), { task: TASK }))).toHaveLength(
      2,
    );
  });

  it("that fails ends with its error as the cause, after what it gave", async () => {
    const judge = await tinyJudge();
    const error = new Error("the disk is gone");
    async function* source() {
      yield item(1);
      throw error;
    }
    const seen: string[] = [];
    const run = async () => {
      for await (const { id } of judge.scoreAll(source(), { task: TASK })) seen.push(id);
    };
    // It is the caller's argument that failed; what it threw is the cause.
    expect((await rejection(run(), "INVALID_ARGUMENT")).cause).toBe(error);
    expect(seen).toEqual(["item 1"]);
  });

  it("has bad items, and they are outcomes among the others", async () => {
    const judge = await tinyJudge("llama-bpe-untied", { contextSize: 512 });
    const items = [
      item(0),
      { id: "empty", instruction: "Say it.", response: " " },
      { id: "long", instruction: "Say it.", response: "word ".repeat(2000) },
      null as never,
      { instruction: "No response." },
      item(5),
    ];
    const outcomes = await collect(judge.scoreAll(items, { task: TASK }));
    expect(
      outcomes.map((outcome) =>
        outcome.kind === "score"
          ? outcome.id
          : `${outcome.id}, ${outcome.criterion}: ${outcome.code}`,
      ),
    ).toEqual([
      "item 0",
      "empty, null: EMPTY_RESPONSE",
      "long, quality: PROMPT_TOO_LONG",
      "4, null: MALFORMED_RECORD",
      "5, null: INVALID_FIELD",
      "item 5",
    ]);
  });

  it("is told about as it goes, and the figures add up", async () => {
    const judge = await tinyJudge();
    const told: ScoreProgress[] = [];
    const startedAt = performance.now();
    const items = [item(1), { instruction: "No response." }, item(2), item(3)];
    const outcomes = await collect(
      judge.scoreAll(items, { task: "general", onProgress: (progress) => told.push(progress) }),
    );
    const scores = outcomes.filter((outcome): outcome is Score => outcome.kind === "score");
    expect(scores).toHaveLength(9);
    expect(told.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(told.map(({ failed }) => failed)).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1, 1]);
    const sum = (figure: (score: Score) => number) =>
      scores.reduce((total, score) => total + figure(score), 0);
    expect(told.at(-1)).toEqual({
      done: 10,
      failed: 1,
      promptTokens: sum(({ promptTokens }) => promptTokens),
      decodedTokens: sum(({ promptTokens, reusedTokens }) => promptTokens - reusedTokens),
      distinctTokens: expect.any(Number),
      decodeSeconds: expect.any(Number),
    });
    const decoding = told.map(({ decodeSeconds }) => decodeSeconds);
    expect(decoding[0]).toBeGreaterThan(0);
    expect(decoding).toEqual(decoding.toSorted((a, b) => a - b));
    expect(decoding.at(-1)).toBeLessThan((performance.now() - startedAt) / 1000);
    const { decodedTokens = 0, distinctTokens = 0 } = told.at(-1) ?? {};
    expect(distinctTokens).toBeGreaterThan(0);
    expect(distinctTokens).toBeLessThanOrEqual(decodedTokens);
    expect(distinctTokens).toBeGreaterThan(decodedTokens - 9 * 8);
    expect(told.at(-1)?.decodedTokens).toBeLessThan(told.at(-1)?.promptTokens ?? 0);
  });

  it("that is aborted ends there; the judge stays good", async () => {
    const judge = await tinyJudge();
    const alone = await judge.score(item(3), { task: TASK });
    const abort = new AbortController();
    const reason = new Error("enough");
    const source = new Endless();
    const seen: string[] = [];
    const run = async () => {
      const { signal } = abort;
      for await (const { id } of judge.scoreAll(source, { task: TASK, signal })) {
        if (seen.push(id) === 3) abort.abort(reason);
      }
    };
    expect((await rejection(run(), "ABORTED")).cause).toBe(reason);
    // In order up to there; then what was finished before its turn still comes, each once.
    expect(seen.slice(0, 3)).toEqual(["item 0", "item 1", "item 2"]);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeLessThan(1024);
    expect(source.closed).toBe(true);
    const again = await judge.score(item(3), { task: TASK });
    expect({ ...again, reusedTokens: 0 }).toEqual({ ...alone, reusedTokens: 0 });
  });

  it("may come in any order: what they share is decoded once, and they keep their order", async () => {
    const judge = await tinyJudge();
    const conversations = [0, 1, 2, 3].map((i) => `Topic ${i}. ${`word${i} `.repeat(150)}`);
    const items = Array.from({ length: 24 }, (_, i) => ({
      id: `item ${i}`,
      instruction: conversations[i % 4],
      response: `Answer ${i}`,
    }));
    let told: ScoreProgress | undefined;
    const outcomes = await collect(
      judge.scoreAll(items, {
        task: TASK,
        onProgress: (progress) => {
          told = progress;
        },
      }),
    );
    expect(outcomes.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
    const { decodedTokens = 0, distinctTokens = 0, promptTokens = 0 } = told ?? {};
    expect(decodedTokens).toBeLessThan(promptTokens / 3);
    // A prompt decodes what it does not share, from the group of tokens on that it parts in, and as many
    // as a call holds at least: its own are fewer here.
    expect(decodedTokens).toBeLessThan(4 * 512 + 24 * 64);
    expect(decodedTokens - distinctTokens).toBeLessThan(24 * 16);
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.kind === "failure") throw new Error(outcome.message);
      const alone = await judge.score(items[i] ?? {}, { task: TASK });
      expect(outcome.nodes).toEqual(alone.nodes);
    }
  });

  it("that is aborted while its source is silent ends all the same", async () => {
    const judge = await tinyJudge();
    const abort = new AbortController();
    async function* silent() {
      yield item(1);
      await new Promise(() => {});
    }
    const run = async () => {
      const options = { task: TASK, signal: abort.signal };
      for await (const _ of judge.scoreAll(silent(), options)) abort.abort();
    };
    await rejection(run(), "ABORTED");
  });

  it("may run beside another, with the bits that each has alone", async () => {
    const judge = await tinyJudge("llama-q4_k");
    const numbers = (score: Outcome) => score.kind === "score" && score.nodes;
    const streams = [0, 10].map((from) => [0, 1, 2, 3].map((i) => item(from + i)));
    const alone: unknown[][] = [];
    for (const items of streams) {
      alone.push((await collect(judge.scoreAll(items, { task: TASK }))).map(numbers));
    }
    const together = await Promise.all(
      streams.map(async (items) =>
        (await collect(judge.scoreAll(items, { task: TASK }))).map(numbers),
      ),
    );
    expect(together).toEqual(alone);
  });
});

describe("one item", () => {
  it("has the score that it has in a stream", async () => {
    const judge = await tinyJudge();
    const task = "general";
    const stream = await collect(judge.scoreAll([item(1)], { task }));
    for (const criterion of ["helpfulness", "accuracy", "coherence"]) {
      const alone = await judge.score({ ...item(1) }, { task, criterion });
      const expected = stream.find((outcome) => outcome.criterion === criterion);
      expect({ ...alone, reusedTokens: 0 }).toEqual({ ...expected, reusedTokens: 0 });
    }
    // By default, the first criterion of the general task.
    expect(await judge.score(item(1))).toMatchObject({ criterion: "helpfulness" });
  });

  it("that is bad is an error", async () => {
    const judge = await tinyJudge("llama-bpe-untied", { contextSize: 512 });
    const score = (given: unknown) => judge.score(given as ScoreItem, { task: TASK });
    const error = await rejection(score({ instruction: "No response." }), "INVALID_FIELD");
    expect(error.place.field).toBe("response");
    await rejection(score({ instruction: "Empty.", response: "" }), "EMPTY_RESPONSE");
    await rejection(score(null), "INVALID_ARGUMENT");
    await rejection(score({ ...item(1), response: "word ".repeat(2000) }), "PROMPT_TOO_LONG");
  });

  it("with bad options is an error", async () => {
    const judge = await tinyJudge();
    const score = (options: object) => judge.score(item(1), { task: TASK, ...options });
    await rejection(score({ criterion: "beauty" }), "INVALID_ARGUMENT");
    await rejection(score({ layers: "1-9" }), "INVALID_ARGUMENT");
    await rejection(score({ layers: 3 }), "INVALID_ARGUMENT");
    await rejection(score({ projection: "cooked" }), "INVALID_ARGUMENT");
    await rejection(score({ task: "generl" }), "INVALID_ARGUMENT");
    await rejection(score({ task: { name: "no scale" } }), "INVALID_TASK");
    await rejection(score({ signal: AbortSignal.abort() }), "ABORTED");
  });

  it("cannot be scored by a judge that was disposed", async () => {
    const judge = await tinyJudge();
    await judge.dispose();
    await judge.dispose();
    await rejection(judge.score(item(1), { task: TASK }), "DISPOSED");
    await rejection(collect(judge.scoreAll([item(1)], { task: TASK })), "DISPOSED");
  });
});

it("a judge that cannot be had is an error", async () => {
  await rejection(loadJudge("nosuch"), "UNKNOWN_JUDGE");
  await rejection(loadJudge(5 as never), "INVALID_ARGUMENT");
  await rejection(loadJudge(tinyGguf("qwen2-bpe"), { gpu: "abacus" as never }), "INVALID_ARGUMENT");
  await rejection(loadJudge(tinyGguf("bert-embedding"), ON_ONE_THREAD), "UNSUPPORTED_JUDGE");
  await rejection(loadJudge(tinyGguf("qwen2-bpe"), { signal: AbortSignal.abort() }), "ABORTED");
});
