// Loads a judge as `gpu: auto` does, with Vulkan before the CPU although its device may be one in
// software. Run with a limit on Vulkan's buffers that no judge fits into.
import { nativeAddon } from "../../../dist/engine/addon/load-addon.js";
import { candidateBackends, selectBackend } from "../../../dist/engine/native/backend.js";
import { loadNativeJudge } from "../../../dist/engine/native/load-native-judge.js";
import { loadOnFirst } from "../../../dist/engine/native/load-on-first.js";
import { file, labels, prompt } from "./engine.mjs";

const addon = nativeAddon();

async function* vulkanThenCpu() {
  yield await selectBackend(addon, "vulkan");
  yield* candidateBackends(addon, "off");
}

/** @type {string[]} */
const notices = [];
const { loaded, backend } = await loadOnFirst(
  vulkanThenCpu(),
  (candidate) => loadNativeJudge(addon, candidate, file, { threads: 1 }),
  (text) => notices.push(text),
);
const flag = addon.newCancelFlag();
const request = {
  tokens: prompt(20),
  scoreTokens: labels,
  fresh: false,
  hidden: false,
  plainAttention: false,
};
const { normed } = await loaded.capture(request, flag);
const { exact } = loaded.info();
await loaded.dispose();
console.log(JSON.stringify({ backend: backend.backend, exact, notices, logits: normed.length }));
