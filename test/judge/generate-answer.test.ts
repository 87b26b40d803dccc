import { describe, expect, it } from "vitest";
import { findLabels } from "../../src/input/tokens/find-labels.ts";
import { ScoreFinder } from "../../src/input/tokens/find-score.ts";
import { conditionSettings, generateAnswer } from "../../src/judge/generate-answer.ts";
import { FakeTokenizer, SPLITS_SPACE } from "../input/tokens/fake-tokenizer.ts";

describe("a condition", () => {
  it("has the reference implementation's number of tokens, unless told otherwise", () => {
    expect(conditionSettings({})).toEqual({ condition: "prefill" });
    const scorePosition = "after-prefix";
    expect(conditionSettings({ condition: "direct" })).toEqual({
      condition: "direct",
      maxTokens: 10,
      scorePosition,
    });
    expect(conditionSettings({ condition: "reasoning" })).toMatchObject({ maxTokens: 256 });
    expect(
      conditionSettings({ condition: "reasoning", maxTokens: 3, scorePosition: "last" }),
    ).toEqual({ condition: "reasoning", maxTokens: 3, scorePosition: "last" });
  });

  it.each([
    [{ condition: "guess" }],
    [{ condition: "direct", maxTokens: 0 }],
    [{ condition: "direct", maxTokens: 1.5 }],
    [{ condition: "direct", scorePosition: "first" }],
    [{ maxTokens: 5 }],
    [{ condition: "prefill", scorePosition: "last" }],
  ])("is refused when it makes no sense: %j", (options) => {
    expect(() => conditionSettings(options as never)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });
});

/** A judge that writes a text, token by token, as the engine does. */
async function answer(text: string, maxTokens = 100) {
  const tokenizer = new FakeTokenizer({ words: SPLITS_SPACE });
  const labels = ["1", "2", "3"];
  const { tree } = await findLabels(
    labels.map((label) => Int32Array.from(tokenizer.whole(`score: ${label}`))),
    labels,
    tokenizer,
    async () => null,
  );
  const finder = await ScoreFinder.create({
    ...{ rule: "after-prefix", labels, tree, answerPrefix: "score: ", tokenizer },
  } as const);
  const prompt = Int32Array.from(tokenizer.whole("grade it"));
  const script = tokenizer.whole(text);
  const result = await generateAnswer(
    {
      async generate(_, { isDone }) {
        const tokens: number[] = [];
        for (const token of script.slice(0, maxTokens)) {
          tokens.push(token);
          if (await isDone?.(tokens)) break;
        }
        return { tokens, ended: tokens.length === script.length, reusedTokens: 1 };
      },
    },
    prompt,
    { finder, maxTokens, signal: undefined },
  );
  const shown = (ids: Iterable<number>) =>
    Array.from(ids, (id) => tokenizer.tokenText(id)).join("");
  return {
    generated: shown(result.generated),
    scored: result.scored === null ? null : shown(result.scored.tokens),
    reusedTokens: result.reusedTokens,
  };
}

describe("an answer", () => {
  it("is scored behind the prompt and what was written in front of the score", async () => {
    expect(await answer("feedback: 3 errors\nscore: 2\nmore text")).toEqual({
      // Nothing is written in vain: one token shows that the score is whole.
      generated: "feedback: 3 errors\nscore: 2\n",
      scored: "grade itfeedback: 3 errors\nscore: ",
      reusedTokens: 1,
    });
  });

  it("may hold no score", async () => {
    expect(await answer("feedback: 3 errors")).toMatchObject({ scored: null });
    expect(await answer("score: 2", 2)).toMatchObject({ generated: "score:", scored: null });
  });
});
