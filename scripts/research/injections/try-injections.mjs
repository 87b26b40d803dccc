import { drawInjection, specialIds } from "./injections.mjs";

/**
 * A judge, as far as prompts are made for it. `open` makes it ready for a task, given as its file holds
 * it; what that gives makes the prompt of a record on the first criterion.
 * @typedef {Pick<import("../../../src/input/tokens/tokenizer.ts").Tokenizer,
 *   "specialTokens" | "addsBos" | "bosToken" | "tokenize">} Vocabulary
 * @typedef {(record: Record<string, unknown>) => Promise<{ text: string, tokens: Int32Array }>} MakePrompt
 * @typedef {{ tokenizer: Vocabulary, open: (task: Record<string, unknown>) => MakePrompt }} TriedJudge
 *
 * What came of some injections. `wouldForge`: the prompt read as one string has other special tokens
 * than that of a benign record. `cut`: made with the special text as ordinary text. `refused`: with
 * UNSAFE_PROMPT. `forged`: special tokens of the record's text, which must not be.
 * @typedef {{ tried: number, wouldForge: number, cut: number, refused: number, forged: object[] }} Counts
 */

/**
 * Makes prompts of hostile records and of benign ones, and compares their special tokens.
 *
 * @param {TriedJudge} judge
 * @param {{ count: number, seed: number }} options
 * @returns {Promise<Counts>}
 */
export async function tryInjections({ tokenizer, open }, { count, seed }) {
  const { specialTokens } = tokenizer;
  /** @type {Counts} */
  const counts = { tried: 0, wouldForge: 0, cut: 0, refused: 0, forged: [] };
  for (let index = 0; index < count; index++) {
    const injection = drawInjection(seed * 1_000_000 + index, specialTokens);
    const promptOf = open(injection.task);
    const idsOf = (/** @type {Iterable<number>} */ tokens) =>
      specialIds([...tokens], specialTokens).join();
    const expected = idsOf((await promptOf(injection.benign)).tokens);
    counts.tried++;
    const made = await promptOf(injection.record).catch(
      (/** @type {{ code?: string }} */ error) => {
        if (error.code === "UNSAFE_PROMPT") return null;
        throw error;
      },
    );
    if (made === null) {
      counts.refused++;
      counts.wouldForge++;
      continue;
    }
    if (idsOf(made.tokens) !== expected) counts.forged.push({ index, ...injection });
    const [whole = new Int32Array()] = await tokenizer.tokenize([
      { text: made.text, special: true },
    ]);
    const bos = tokenizer.addsBos && tokenizer.bosToken !== null ? [tokenizer.bosToken] : [];
    if (idsOf([...bos, ...whole]) === expected || idsOf(whole) === expected) continue;
    counts.wouldForge++;
    counts.cut++;
  }
  return counts;
}
