import { describe, expect, it } from "vitest";
import { findEndToken } from "../../../src/input/tokens/end-token.ts";
import { FakeTokenizer } from "./fake-tokenizer.ts";

const EOS = 1234;
const tokenizer = new FakeTokenizer({
  specials: [
    { text: "<|im_start|>", kind: "control" },
    { text: "<|im_end|>", kind: "control" },
    { text: "<end>", kind: "user-defined" },
    { text: "\n\n", kind: "user-defined" },
  ],
});

function idOf(text: string): number | undefined {
  return tokenizer.specialTokens.find((token) => token.text === text)?.id;
}

describe("findEndToken", () => {
  it.each([
    ["<|im_end|>\n<|im_start|>user\n?", "<|im_end|>"],
    [" \n\n<|im_end|><|im_start|>", "<|im_end|>"],
    ["<end>\n<|im_start|>", "<end>"],
    // A template without an end of the turn: the judge goes on to the next turn.
    ["\n<|im_start|>user", "<|im_start|>"],
  ])("is the first special token behind an answer: %j", async (after, expected) => {
    expect(await findEndToken(tokenizer, after, EOS)).toBe(idOf(expected));
  });

  it.each([["\n### user\n?<|im_end|>"], ["user: ?"], ["\n\n"], [""]])(
    "is EOS where ordinary text or nothing follows: %j",
    async (after) => {
      expect(await findEndToken(tokenizer, after, EOS)).toBe(EOS);
      expect(await findEndToken(tokenizer, after, null)).toBeNull();
    },
  );
});
