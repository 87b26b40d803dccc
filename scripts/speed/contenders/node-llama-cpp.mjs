// A judge as one writes it with node-llama-cpp today: its addon, its defaults (flash attention among
// them), the probabilities of the next token after the prompt, the last layer alone.
//
//   node node-llama-cpp.mjs '{"path":…,"contextSize":…,"threads":2,"reuse":false,"writes":false}'
//
// A request is {promptsFile}: prompts as token ids and the labels' tokens. With `reuse`, what a
// prompt shares with the one before is kept and the rest erased. With `writes` it scores nothing, but writes
// behind each prompt the most probable tokens, as many as ours did.
import { readFile } from "node:fs/promises";
import { getLlama, LlamaLogLevel } from "node-llama-cpp";
import { answerLines } from "./answer-lines.mjs";

/** @typedef {import("node-llama-cpp").Token} Token */

/** Temperature 1 and no cuts: the distribution as the model gives it. */
const generateNext = {
  probabilities: true,
  options: { temperature: 1, topK: 0, topP: 1, minP: 0 },
};

const { path, contextSize, threads, reuse, writes } = JSON.parse(process.argv[2] ?? "{}");
const startedAt = performance.now();
const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error });
const model = await llama.loadModel({ modelPath: path });
const context = await model.createContext({ contextSize, threads });
const sequence = context.getSequence();
const loadSeconds = (performance.now() - startedAt) / 1000;

await answerLines({ loadSeconds, flashAttention: context.flashAttention }, writes ? write : score);
await llama.dispose();

/** @param {{promptsFile: string}} request */
async function score({ promptsFile }) {
  /** @type {import("./ours.mjs").Prompts} */
  const { labels, values, prompts } = JSON.parse(await readFile(promptsFile, "utf8"));
  const before = sequence.tokenMeter.usedInputTokens;
  let difference = 0;
  await sequence.clearHistory(); // a block stands alone
  const begin = performance.now();
  for (const { tokens, eScore } of prompts) {
    const probabilities = await nextToken(tokens);
    const shares = labels.map((label) => probabilities.get(label) ?? 0);
    const held = shares.reduce((sum, share) => sum + share, 0);
    const expected = shares.reduce(
      (sum, share, k) => sum + (share / held) * (values[k] ?? Number.NaN),
      0,
    );
    difference = Math.max(difference, Math.abs(expected - eScore));
  }
  const seconds = (performance.now() - begin) / 1000;
  const tokens = sequence.tokenMeter.usedInputTokens - before;
  return { seconds, prompts: prompts.length, tokens, difference };
}

/** @param {{promptsFile: string}} request */
async function write({ promptsFile }) {
  /** @type {import("./ours.mjs").Prompts} */
  const { prompts } = JSON.parse(await readFile(promptsFile, "utf8"));
  let generatedTokens = 0;
  await sequence.clearHistory();
  const begin = performance.now();
  for (const { tokens, generated = 0 } of prompts) {
    await sequence.adaptStateToTokens(tokens.slice(0, -1), false);
    let left = generated;
    const rest = tokens.slice(sequence.nextTokenIndex);
    for await (const _ of sequence.evaluate(rest, { temperature: 0 })) {
      generatedTokens++;
      if (--left <= 0) break;
    }
  }
  const seconds = (performance.now() - begin) / 1000;
  return { seconds, prompts: prompts.length, generatedTokens };
}

/**
 * Probabilities of the next token, by token.
 *
 * @param {readonly Token[]} tokens
 */
async function nextToken(tokens) {
  const end = tokens.length - 1;
  if (reuse) await sequence.adaptStateToTokens(tokens.slice(0, end), false);
  else await sequence.clearHistory();
  const rest = tokens.slice(sequence.nextTokenIndex);
  /** @type {import("node-llama-cpp").ControlledEvaluateInputItem[]} */
  const input = rest.map((token, i) => (i === rest.length - 1 ? [token, { generateNext }] : token));
  const probabilities = (await sequence.controlledEvaluate(input)).at(-1)?.next.probabilities;
  if (probabilities === undefined) throw new Error("the engine gave no probabilities");
  return probabilities;
}
