// A judge as one writes it with node-llama-cpp today: its addon, its defaults (flash attention among
// them), the probabilities of the next token after the prompt, the last layer alone.
//
//   node node-llama-cpp.mjs '{"path":…,"contextSize":…,"threads":2,"reuse":false}'
//
// A request is {promptsFile}: prompts as token ids and the labels' tokens. With `reuse`, what a
// prompt shares with the one before is kept and the rest erased.
import { readFile } from "node:fs/promises";
import { getLlama, LlamaLogLevel } from "node-llama-cpp";
import { answerLines } from "./answer-lines.mjs";

/** @typedef {import("node-llama-cpp").Token} Token */

/** Temperature 1 and no cuts: the distribution as the model gives it. */
const generateNext = {
  probabilities: true,
  options: { temperature: 1, topK: 0, topP: 1, minP: 0 },
};

const { path, contextSize, threads, reuse } = JSON.parse(process.argv[2] ?? "{}");
const startedAt = performance.now();
const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error });
const model = await llama.loadModel({ modelPath: path });
const context = await model.createContext({ contextSize, threads });
const sequence = context.getSequence();
const loadSeconds = (performance.now() - startedAt) / 1000;

await answerLines({ loadSeconds, flashAttention: context.flashAttention }, score);
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
