import { type Tokenizer, tokenTexts } from "./tokenizer.ts";

/**
 * The token with which the judge ends its turn: the special token that its chat template puts
 * behind an answer, white space aside. Where there is none (ordinary text follows, or there is no
 * template), its EOS.
 *
 * @param afterAnswer what the chat template puts behind an answer; may be empty
 */
export async function findEndToken(
  tokenizer: Tokenizer,
  afterAnswer: string,
  eosToken: number | null,
): Promise<number | null> {
  const [ids = new Int32Array()] = await tokenizer.tokenize([{ text: afterAnswer, special: true }]);
  // Some vocabularies have tokens for runs of white space that count as special.
  const texts = await tokenTexts(tokenizer, ids);
  const first = ids.find((_, i) => texts[i]?.trim() !== "");
  const isSpecial = tokenizer.specialTokens.some(({ id }) => id === first);
  return first !== undefined && isSpecial ? first : eosToken;
}
