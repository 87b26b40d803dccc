import { describe, expect, it } from "vitest";
import type { ScorePositionRule } from "../../../src/input/task/condition.ts";
import { findLabels } from "../../../src/input/tokens/find-labels.ts";
import { ScoreFinder } from "../../../src/input/tokens/find-score.ts";
import { type FakeOptions, FakeTokenizer, MERGES_SPACE, SPLITS_SPACE } from "./fake-tokenizer.ts";

const ONE_TO_FIVE = ["1", "2", "3", "4", "5"];
const END = "<end>";

interface Case {
  readonly rule?: ScorePositionRule;
  readonly labels?: readonly string[];
  readonly words?: RegExp;
  readonly answerPrefix?: string;
}

/** A finder over a fake tokeniser, and what it finds in texts. */
async function finder(options: Case = {}) {
  const { labels = ONE_TO_FIVE, words = SPLITS_SPACE, answerPrefix = "score: " } = options;
  const fake: FakeOptions = { words, specials: [{ text: END, kind: "control" }] };
  const tokenizer = new FakeTokenizer(fake);
  const [endToken = -1] = tokenizer.whole(END);
  const { tree } = await findLabels(
    labels.map((label) => Int32Array.from(tokenizer.whole(answerPrefix + label))),
    labels,
    tokenizer,
    async () => endToken,
  );
  const rule = options.rule ?? "after-prefix";
  const found = await ScoreFinder.create({ rule, labels, tree, answerPrefix, tokenizer });
  return {
    /** The text in front of the score token and the token's own, or null. */
    async find(text: string): Promise<[string, string] | null> {
      const tokens = tokenizer.whole(text);
      const score = await found.find(tokens);
      if (score === undefined) return null;
      const shown = tokens.map((token) => tokenizer.tokenText(token));
      return [shown.slice(0, score.before).join(""), shown[score.before] ?? "(end)"];
    },
    /** Texts of the label tokens at the score position. */
    async labelsIn(text: string): Promise<string[][] | undefined> {
      const score = await found.find(tokenizer.whole(text));
      return score?.labels.paths.map((path) => path.map((token) => tokenizer.tokenText(token)));
    },
    isComplete: (text: string) => found.isComplete(tokenizer.whole(text)),
  };
}

describe("behind the last answer prefix", () => {
  it("a digit of the feedback is not taken for the score", async () => {
    const { find } = await finder();
    const feedback = "feedback: 2 of 3 facts are right, worth 5 points at most\n";
    expect(await find(`${feedback}score: 4`)).toEqual([`${feedback}score: `, "4"]);
    expect(await find(`${feedback}score: 4\nThat is 1 below the top.`)).toEqual([
      `${feedback}score: `,
      "4",
    ]);
    expect(await find(feedback)).toBeNull();
    expect(await find(`${feedback}The score is 3.`)).toBeNull();
  });

  it("the last of several counts, and one without a label does not", async () => {
    const { find } = await finder();
    expect(await find("a score: 2 would be harsh\nscore: 3")).toEqual([
      "a score: 2 would be harsh\nscore: ",
      "3",
    ]);
    expect(await find("score: 3\nI gave this score: because")).toEqual(["score: ", "3"]);
  });

  it.each([
    "Score: 4",
    "SCORE:4",
    "**Score:** 4",
    "**score**: **4**",
    "score: [4]",
    "score: <4>",
    "score: 4/5",
    "score: 4.",
    "score: 4.0",
    "score: 4,0 of 5",
    "score: ...4",
    "- score: - 4",
    '{"score": 4}',
  ])("%s is an answer", async (text) => {
    const { find } = await finder();
    expect((await find(text))?.[1]).toBe("4");
  });

  it.each([
    "score: 10",
    "score: 45",
    "score: 4.5",
    "score: 4.05",
    "score: 4,5",
    "score: .5",
    "score: -3",
    "score: **-3**",
    "score:\u22123",
    "score: 4-5",
    "score: 4\u20135",
    "-3",
    "4.5",
    "3,5",
    "score: <1|2|3|4|5>",
    "score: 4th",
    "score: four",
    "underscore: 4",
    "score:\n4",
    "score 4",
    "The answer is 4.",
    "",
  ])("%j is none", async (text) => {
    const { find } = await finder();
    expect(await find(text)).toBeNull();
  });

  it("an answer that is nothing but a label counts", async () => {
    const { find } = await finder();
    expect(await find("4")).toEqual(["", "4"]);
    expect(await find("\n**4**\n")).toEqual(["\n**", "4"]);
  });

  it("the score's own spelling decides the label tokens", async () => {
    const merged = await finder({ words: MERGES_SPACE });
    expect((await merged.labelsIn("score: 4"))?.flat()).toEqual([" 1", " 2", " 3", " 4", " 5"]);
    expect((await merged.labelsIn("score:4"))?.flat()).toEqual(ONE_TO_FIVE);
    const words = await finder({ labels: ["no", "yes"], words: /[A-Za-z]+|\s|./gu });
    expect((await words.labelsIn("Score: Yes"))?.flat()).toEqual(["No", "Yes"]);
    expect((await words.labelsIn("score: yes"))?.flat()).toEqual(["no", "yes"]);
  });

  it("labels of several tokens are found whole", async () => {
    const labels = Array.from({ length: 10 }, (_, index) => String(index + 1));
    const { find } = await finder({ labels });
    expect(await find("score: 10")).toEqual(["score: ", "1"]);
    expect(await find("score: 1\n")).toEqual(["score: ", "1"]);
    expect(await find("score: 7")).toEqual(["score: ", "7"]);
    expect(await find("score: 11")).toBeNull();
  });

  it("what all labels begin with stands in front of the score position", async () => {
    const { find } = await finder({ labels: ["10", "11", "12"] });
    expect(await find("score: 12")).toEqual(["score: 1", "2"]);
  });

  it("negative labels keep their sign", async () => {
    const { find, labelsIn } = await finder({
      labels: ["-1", "0", "1"],
      words: /-?\d|[a-z]+|\s|./gu,
    });
    expect(await find("score: -1")).toEqual(["score: ", "-1"]);
    expect((await labelsIn("score: 1"))?.flat()).toEqual(["-1", "0", "1"]);
  });
});

describe("an answer that is still being written", () => {
  it("is not complete while its number may go on", async () => {
    const { isComplete, find } = await finder();
    for (const text of ["score: 4", "score: 4.", "score: 4.0", "score: 4,", "score: 4-"]) {
      expect([text, await isComplete(text)]).toEqual([text, false]);
    }
    for (const text of ["score: 4\n", "score: 4 ", "score: 4. ", "score: 4.0 ", "score: 4/"]) {
      expect([text, await isComplete(text)]).toEqual([text, true]);
    }
    expect(await find("score: 3.5 because it is half of 5\n")).toBeNull();
  });
});

describe("the last token that could be a score", () => {
  it("is found wherever it stands", async () => {
    const { find } = await finder({ rule: "last" });
    expect(await find("score: 4\nThat is 1 below the top.")).toEqual(["score: 4\nThat is ", "1"]);
    expect(await find("The answer is 3.")).toEqual(["The answer is ", "3"]);
    expect(await find("no digit")).toBeNull();
  });

  it("of labels of several tokens is not the end of a longer number", async () => {
    const labels = Array.from({ length: 101 }, (_, index) => String(index));
    const { find } = await finder({ rule: "last", labels });
    expect(await find("I say 85 here")).toEqual(["I say ", "8"]);
    expect(await find("I say 8512 here")).toBeNull();
  });
});

describe("an answer is complete", () => {
  it("once a line of its own holds the score and something follows", async () => {
    const { isComplete } = await finder();
    expect(await isComplete("feedback: 3 errors\nscore: 4")).toBe(false);
    expect(await isComplete("feedback: 3 errors\nscore: 4\n")).toBe(true);
    expect(await isComplete("Score: 4.\n")).toBe(true);
    expect(await isComplete("score: 45")).toBe(false);
    expect(await isComplete("it is not worth a score: 4, because")).toBe(false);
  });

  it("never under the rule of the last token", async () => {
    const { isComplete } = await finder({ rule: "last" });
    expect(await isComplete("score: 4\n")).toBe(false);
  });
});
