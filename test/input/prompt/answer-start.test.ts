import { describe, expect, it } from "vitest";
import { findAnswerStart } from "../../../src/input/prompt/answer-start.ts";

const THINK = { before: "A\n<think>\n", after: "\n</think>\n\n" };

describe("an answer begins behind", () => {
  it.each([
    [
      "the generation prompt, where answers do",
      "A\n",
      "A\n",
      undefined,
      "A\n",
      "generation prompt",
    ],
    ["it where no answer is shown", "A\n", undefined, undefined, "A\n", "generation prompt"],
    [
      "a channel's header",
      "A",
      "A<|channel|>final<|message|>",
      undefined,
      "A<|channel|>final<|message|>",
      "rendered answer",
    ],
    [
      "the turn's opening without a generation prompt",
      "",
      "A\n",
      undefined,
      "A\n",
      "rendered answer",
    ],
    ["white space in front of answers", "A:", "A: ", undefined, "A: ", "rendered answer"],
    [
      "empty thoughts of the template's",
      "A\n<think>\n",
      "A\n<think>\n\n</think>\n\n",
      THINK,
      "A\n<think>\n\n</think>\n\n",
      "rendered answer",
    ],
    [
      "the end of thoughts alone",
      "A\n<think>",
      "A\n</think>",
      THINK,
      "A\n</think>",
      "rendered answer",
    ],
    [
      "thoughts that the prompt itself closes",
      "A\n<think>\n\n</think>\n\n",
      "A\n",
      THINK,
      "A\n<think>\n\n</think>\n\n",
      "generation prompt",
    ],
    [
      "thoughts closed as others are",
      "A\n<think>\n",
      "A\n",
      THINK,
      "A\n<think>\n\n</think>\n\n",
      "cut thoughts",
    ],
    [
      "thoughts closed with their own tag",
      "A\n<think>\n",
      "A\n",
      undefined,
      "A\n<think>\n\n</think>\n\n",
      "cut thoughts",
    ],
    [
      "a first word of thoughts",
      "A\nI think:\n",
      "A\n",
      { before: "A\n", after: "\nSo:\n" },
      "A\nI think:\n\nSo:\n",
      "cut thoughts",
    ],
    [
      "a header behind thoughts",
      "A<|START_THINKING|><|END_THINKING|>",
      "A<|START_RESPONSE|>",
      undefined,
      "A<|START_THINKING|><|END_THINKING|><|START_RESPONSE|>",
      "empty thoughts",
    ],
    [
      "an open channel",
      "A<|channel|>analysis<|message|>",
      "A<|channel|>final<|message|>",
      { before: "A<|channel|>analysis<|message|>", after: "<|end|>A<|channel|>final<|message|>" },
      "A<|channel|>analysis<|message|><|end|>A<|channel|>final<|message|>",
      "cut thoughts",
    ],
    [
      "the generation prompt where both differ",
      "A: model\n",
      "A: assistant\n",
      undefined,
      "A: model\n",
      "generation prompt",
    ],
  ] as const)("%s", (_, generated, answered, thoughts, text, from) => {
    expect(findAnswerStart({ generated, answered, thoughts }, "{{ '</think>' }}")).toEqual({
      text,
      from,
    });
  });
});

it("thoughts are closed as the template's text shows it, if it does", () => {
  const turn = { generated: "A\n<think>\n", answered: "A\n<think>\n", thoughts: undefined };
  expect(findAnswerStart(turn, "{{ '<think></think>' }}")).toEqual({
    text: "A\n<think></think>",
    from: "empty thoughts",
  });
});
