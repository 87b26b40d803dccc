import { fileURLToPath } from "node:url";
import { readGgufFileInfo } from "node-llama-cpp";
import { expect, it } from "vitest";
import { JudgeEngine } from "../../src/engine/native/judge-engine.ts";
import { cachedJudge } from "../support/cached-judge.ts";
import { needsDefaultJudge } from "../support/default-judge.ts";
import { ON_ONE_THREAD } from "../support/load-tiny.ts";
import { startNode } from "../support/run-process.ts";

needsDefaultJudge();

/** What `children/evaluate.mjs` prints. */
type Evaluation =
  | { readonly unavailable: string }
  | {
      readonly logits: readonly number[];
      /** Share of the vocabulary's probability that the labels hold. */
      readonly mass: number;
    };

async function evaluate(model: string, tokens: Int32Array, labels: Int32Array) {
  const script = fileURLToPath(new URL("children/evaluate.mjs", import.meta.url));
  const call = { model, tokens: Array.from(tokens), labels: Array.from(labels) };
  const { exitCode, stdout, stderr } = await startNode([script, JSON.stringify(call)]).end;
  if (exitCode !== 0) throw new Error(`node-llama-cpp failed: ${stderr}`);
  return JSON.parse(stdout) as Evaluation;
}

const PROMPT =
  "<|im_start|>user\nIs this a good answer? Why is the sky blue? Because the air scatters blue " +
  "light more than red. Grade it from 1 to 5.<|im_end|>\n<|im_start|>assistant\nscore: ";

it.for([
  // The default judge reads its embedding matrix backwards; the other has an LM head of its own.
  { name: "smollm2-135m", head: "token_embd.weight", layers: 30 },
  { name: "qwen2.5-coder-1.5b", head: "output.weight", layers: 28 },
])("$name ($head): node-llama-cpp computes the same bits", async (judge, context) => {
  const file = await cachedJudge(judge.name);
  if (file === null) return context.skip("it has not been fetched");
  const { fullTensorInfo = [] } = await readGgufFileInfo(file);
  const heads = fullTensorInfo.map(({ name }) => name).filter((name) => name === "output.weight");
  expect(heads).toEqual(judge.head === "output.weight" ? ["output.weight"] : []);

  const engine = await JudgeEngine.load(file, ON_ONE_THREAD);
  const [tokens = new Int32Array()] = await engine.tokenize([{ text: PROMPT, special: true }]);
  const digits = ["1", "2", "3", "4", "5"].map((text) => ({ text, special: false }));
  const labels = Int32Array.from(await engine.tokenize(digits), (ids) => ids.at(-1) ?? -1);
  const captured = await engine.capture(tokens, labels);
  await engine.dispose();
  expect(engine.info).toMatchObject({ layers: judge.layers, selfCheckDifference: 0 });
  expect(captured.headDifference).toBe(0);

  const own = await evaluate(file, tokens, labels);
  if ("unavailable" in own) return context.skip(own.unavailable);
  expect(Array.from(captured.normed.slice(-labels.length))).toEqual(own.logits);
  expect(captured.scoreMass).toBeCloseTo(own.mass, 9);
});
