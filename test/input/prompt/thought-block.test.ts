import { expect, it } from "vitest";
import { thoughtsLeftOpen } from "../../../src/input/prompt/thought-block.ts";

it.each([
  ["A\n<think>\n", "", "</think>"],
  ["A<seed:think>", "", "</seed:think>"],
  ["[THINK]", "", "[/THINK]"],
  ["◁think▷", "", "◁/think▷"],
  ["<|START_THINKING|>", "", "<|END_THINKING|>"],
  ["<|begin_of_thought|>", "", "<|end_of_thought|>"],
  ["<|think|>", "… <|end_think|> …", "<|end_think|>"],
  ["<|think|>", "", "<|/think|>"],
  ["<|channel>thought\n", "… <channel|> …", "<channel|>"],
  ["<reasoning>", "", "</reasoning>"],
])("%j opens thoughts that are closed by a tag of theirs (%j)", (text, source, tag) => {
  expect(thoughtsLeftOpen(text, source)).toMatchObject({ closingTag: tag, isTemplatesOwn: false });
  expect(thoughtsLeftOpen(text, source)?.closed.trimEnd()).toMatch(
    new RegExp(`\\${tag.slice(-1)}$`),
  );
});

it.each([
  "",
  "<|im_start|>assistant\n",
  "<assistant>",
  "A\n<think>\n\n</think>\n\n",
  "</think>",
  "<|END_THINKING|>",
  "<|channel>thought\n<channel|>",
  "<|channel|>final<|message|>",
  "I think",
])("%j opens none", (text) => {
  expect(thoughtsLeftOpen(text, "")).toBeUndefined();
});

it("an empty block of the template's own is taken word for word", () => {
  const source = String.raw`{{ '<think>\n\n</think>\n\n' }}`;
  expect(thoughtsLeftOpen("A\n<think>\n", source)).toEqual({
    closingTag: "</think>",
    closed: "A\n<think>\n\n</think>\n\n",
    isTemplatesOwn: true,
  });
});
