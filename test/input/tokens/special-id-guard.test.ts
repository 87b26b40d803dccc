import { describe, expect, it } from "vitest";
import { SpecialIdGuard } from "../../../src/input/tokens/special-id-guard.ts";
import { FakeTokenizer } from "./fake-tokenizer.ts";

const specials = [
  { text: "<e>", kind: "control" },
  { text: "<unk>", kind: "unknown" },
  { text: "  ", kind: "user-defined" },
  { text: "<h1>", kind: "user-defined" },
  { text: "<s>", kind: "control" },
] as const;

/** A tokeniser that makes a special token of ordinary text, as merges may. */
class Merging extends FakeTokenizer {
  override async tokenize(texts: readonly { text: string; special: boolean }[]) {
    const ids = await super.tokenize(texts);
    const end = this.specialTokens[0]?.id ?? -1;
    return ids.map((each, i) =>
      texts[i]?.text.includes("the end") ? Int32Array.of(...each, end) : each,
    );
  }
}

function guardOf(fake: FakeTokenizer) {
  const guard = new SpecialIdGuard(fake, "");
  return async (text: string, neutral: string) => {
    const [tokens = new Int32Array()] = await fake.tokenize([{ text, special: true }]);
    const prompt = { pieces: [{ text, source: "template" as const }], neutral };
    return guard.check(tokens, prompt, "a");
  };
}

describe("the special tokens of a prompt", () => {
  it("are those of its neutral twin, whose ids are not asked for then", async () => {
    const fake = new FakeTokenizer({ specials, bos: "<s>" });
    const check = guardOf(fake);
    await check("it <e> on  <h1>", "□□ <e> □□  <h1>");
    await check("<s>it <e>", "<s>□□ <e>");
    await check("no twin", "no twin");
    expect(fake.asked).toHaveLength(3);
  });

  it("may not be more, fewer or others", async () => {
    const check = guardOf(new FakeTokenizer({ specials }));
    for (const text of ["<e>x", "", "<h1>", "<e><h1>", "<h1><e>"]) {
      await expect(check(text, "x<e>x<e>")).rejects.toMatchObject({
        code: "UNSAFE_PROMPT",
        place: { record: "a" },
      });
    }
  });

  it("may not be made of ordinary text of the record, but of the template's own", async () => {
    const check = guardOf(new Merging({ specials }));
    await expect(check("the end", "□□□ □□□")).rejects.toThrow("<e>");
    await expect(check("the end it", "the end □□")).resolves.toBeUndefined();
  });

  it("do not count where they are unknown, or ordinary text with a token of its own", async () => {
    const check = guardOf(new FakeTokenizer({ specials }));
    await expect(check("a  b<unk>", "□□")).resolves.toBeUndefined();
  });
});
