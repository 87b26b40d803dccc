// Last-position logits of one prompt, by node-llama-cpp's own addon and context: nothing of this
// package is in it. Reads {model, tokens, labels} from the command line, prints one line of JSON.
import { getLlama } from "node-llama-cpp";

const { model: modelPath, tokens, labels } = JSON.parse(process.argv[2] ?? "");

async function evaluate(llama) {
  const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
  const context = await model.createContext({
    contextSize: 512,
    batchSize: 512,
    threads: 1,
    flashAttention: false,
  });
  const options = {
    generateNext: {
      logits: { filter: { tokens: labels } },
      totalLogitWeight: true,
      options: { temperature: 0 },
    },
  };
  const end = tokens.length - 1;
  const input = tokens.map((token, i) => (i === end ? [token, options] : token));
  const { next } = (await context.getSequence().controlledEvaluate(input))[end];
  return { logits: labels.map((label) => next.logits.get(label)), weight: next.totalLogitWeight };
}

let llama;
try {
  llama = await getLlama({ gpu: false, build: "never", progressLogs: false, logLevel: "error" });
} catch (error) {
  console.log(JSON.stringify({ unavailable: String(error) }));
  process.exit();
}
console.log(JSON.stringify(await evaluate(llama)));
await llama.dispose();
