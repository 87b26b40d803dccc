// What scripts/check/arm.mjs runs by Node for ARM64: settings that may change no bit of generated judges, as
// `npm run bits` has them, but few, as emulated processors are slow. Prints the tally as JSON.
import path from "node:path";
import { JudgeEngine } from "../../../dist/engine/native/judge-engine.js";
import { Tally, tryTokens } from "../../research/bits/trial.mjs";

/** Plain weights, two kinds of quantised ones, and attention in windows. */
const JUDGES = ["llama-f16", "llama-q8_0", "llama-q4_k", "gemma3-window"];
/** The longest prompt takes several of the smallest batches. */
const TRIAL = { rounds: 2, captures: 4, seed: 1, lengths: [17, 40, 75] };

const tally = new Tally();
for (const judge of JUDGES) {
  const file = path.join(import.meta.dirname, "../../../build/fixtures", `${judge}.gguf`);
  await tryTokens({
    loadEngine: (settings) => JudgeEngine.load(file, { ...settings, gpu: "off" }),
    ...{ ...TRIAL, tally },
  });
}
console.log(JSON.stringify({ judges: JUDGES.length, ...tally }));
