// Ends worker threads while they load, capture and idle; then captures in the main thread.
import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { file, labels, load, prompt } from "./engine.mjs";

async function work() {
  const { judge, stage } = workerData;
  if (stage === "loading") parentPort?.postMessage("now");
  const engine = await load(judge);
  if (stage === "idle") parentPort?.postMessage("now");
  const captures = [0, 1].map(() => engine.capture(prompt(2500), labels, { fresh: true }));
  if (stage === "capturing") parentPort?.postMessage("now");
  if (stage === "disposing") {
    engine.dispose().catch(() => {});
    parentPort?.postMessage("now");
  }
  await Promise.allSettled(captures);
  if (stage === "running to its end") parentPort?.postMessage("now");
  else setInterval(() => {}, 1000);
}

async function main() {
  const here = await load(file);
  const before = (await here.capture(prompt(100), labels)).normed;
  for (const stage of ["loading", "idle", "capturing", "disposing", "running to its end"]) {
    const worker = new Worker(new URL(import.meta.url), { workerData: { judge: file, stage } });
    await once(worker, "message");
    // A moment more, so that the job is under way on its own thread.
    await new Promise((resolve) => setTimeout(resolve, 5));
    await worker.terminate();
    console.log(`terminated while ${stage}`);
  }
  const after = (await here.capture(prompt(100), labels, { fresh: true })).normed;
  console.log(`same logits: ${Buffer.from(before.buffer).equals(Buffer.from(after.buffer))}`);
  await here.dispose();
}

await (isMainThread ? main() : work());
