// Leaves engines to the garbage collector: idle ones, and one in the middle of a capture.
import { file, labels, load, prompt } from "./engine.mjs";

/** @type {string[]} */
const collected = [];
const registry = new FinalizationRegistry((name) => collected.push(name));

/** @param {string} name */
async function leaveIdle(name) {
  const engine = await load(file);
  registry.register(engine, name);
  await engine.capture(prompt(50), labels);
}

/** @param {string} name */
async function leaveBusy(name) {
  const engine = await load(file);
  registry.register(engine, name);
  return engine.capture(prompt(4000), labels);
}

const collect = globalThis.gc;
if (collect === undefined) throw new Error("run with --expose-gc");
for (let i = 0; i < 5; i++) await leaveIdle(`idle ${i}`);
const busy = leaveBusy("busy");
for (let i = 0; i < 50; i++) {
  collect();
  await new Promise((resolve) => setTimeout(resolve, 2));
}
const { promptTokens, headDifference } = await busy;
console.log(`captured ${promptTokens} tokens, difference ${headDifference}`);
for (let i = 0; i < 50 && collected.length < 6; i++) {
  collect();
  await new Promise((resolve) => setTimeout(resolve, 2));
}
console.log(`collected ${collected.length}`);
