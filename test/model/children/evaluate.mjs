// Logits at the end of one prompt, and the share of the vocabulary's probability that the labels
// hold, by node-llama-cpp's own addon and context: nothing of this package is in it. Reads
// {model, tokens, labels} from the command line, prints one line of JSON.
import { getLlama, LlamaLogLevel } from "node-llama-cpp";

/**
 * @typedef {import("node-llama-cpp").Token} Token
 * @type {{model: string, tokens: Token[], labels: Token[]}}
 */
const { model: modelPath, tokens, labels } = JSON.parse(process.argv[2] ?? "");

/** @param {import("node-llama-cpp").Llama} llama */
async function evaluate(llama) {
  const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
  const context = await model.createContext({
    contextSize: 512,
    batchSize: 512,
    threads: 1,
    flashAttention: true,
  });
  const options = {
    generateNext: {
      logits: true,
      // Nothing of the distribution is cut off.
      options: { temperature: 1, topK: 0, topP: 1, minP: 0 },
    },
  };
  const end = tokens.length - 1;
  /** @type {import("node-llama-cpp").ControlledEvaluateInputItem[]} */
  const input = tokens.map((token, i) => (i === end ? [token, options] : token));
  const outputs = await context.getSequence().controlledEvaluate(input);
  const every = outputs[end]?.next.logits ?? new Map();
  const logits = labels.map((label) => every.get(label) ?? Number.NaN);
  const largest = Math.max(...logits);
  /** @param {readonly number[]} values */
  const sum = (values) => values.reduce((total, z) => total + Math.exp(z - largest), 0);
  return { logits, mass: sum(logits) / sum([...every.values()]) };
}

let llama;
try {
  llama = await getLlama({
    gpu: false,
    build: "never",
    progressLogs: false,
    logLevel: LlamaLogLevel.error,
  });
} catch (error) {
  console.log(JSON.stringify({ unavailable: String(error) }));
  process.exit();
}
console.log(JSON.stringify(await evaluate(llama)));
await llama.dispose();
