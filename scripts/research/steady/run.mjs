// Whether memory stays flat: cycles of load, score and dispose, then a long stream of items, each with
// the engine in this process and in one of its own. Prints Markdown tables.
//
//     npm run build && npm run test:cpp && node scripts/research/steady/run.mjs [--cycles 1000]
//       [--minutes 60] [--isolation none] [--judge build/fixtures/llama-bpe-untied.gguf]
//
// Memory is the resident set of this process and of its children together, after collecting garbage.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { loadJudge, recordsOf } from "../../../dist/index.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const { values } = parseArgs({
  options: {
    cycles: { type: "string", default: "1000" },
    minutes: { type: "string", default: "60" },
    isolation: { type: "string" },
    judge: { type: "string", default: path.join(ROOT, "build/fixtures/llama-bpe-untied.gguf") },
  },
});
const cycles = Number(values.cycles);
const minutes = Number(values.minutes);
const options = { gpu: /** @type {const} */ ("off"), threads: 1, contextSize: 1024 };
setFlagsFromString("--expose-gc");
/** @type {() => void} */
const collectGarbage = runInNewContext("gc");

/** How many times memory is looked at. */
const LOOKS = 10;

for (const isolation of /** @type {const} */ (["none", "process"])) {
  if (values.isolation !== undefined && values.isolation !== isolation) continue;
  if (cycles > 0) await cycleOver(isolation);
  if (minutes > 0) await streamItems(isolation);
}

/** @param {"none" | "process"} isolation */
async function cycleOver(isolation) {
  console.log(`\nLoad, score, dispose; isolation ${isolation}\n`);
  console.log("| cycles | MiB | ms a cycle |\n| --- | --- | --- |");
  let since = performance.now();
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const judge = await loadJudge(values.judge, { ...options, isolation });
    await judge.score(item(cycle));
    await judge.dispose();
    if (cycle !== 1 && cycle % Math.ceil(cycles / LOOKS) !== 0) continue;
    const perCycle = (performance.now() - since) / (cycle === 1 ? 1 : Math.ceil(cycles / LOOKS));
    console.log(`| ${cycle} | ${await residentMib()} | ${perCycle.toFixed(0)} |`);
    since = performance.now();
  }
}

/** @param {"none" | "process"} isolation */
async function streamItems(isolation) {
  console.log(`\nA stream of items for ${minutes} minutes; isolation ${isolation}\n`);
  console.log("| minutes | items | MiB |\n| --- | --- | --- |");
  const judge = await loadJudge(values.judge, { ...options, isolation });
  const session = await judge.openSession();
  const start = performance.now();
  const end = start + minutes * 60_000;
  let count = 0;
  let nextLook = start;
  async function* items() {
    while (performance.now() < end) yield item(count);
  }
  for await (const outcome of session.scoreAll(recordsOf(items(), session.task))) {
    if (outcome.kind !== "score") throw new Error(outcome.message);
    count++;
    if (performance.now() < nextLook) continue;
    console.log(
      `| ${((performance.now() - start) / 60_000).toFixed(1)} | ${count} | ${await residentMib()} |`,
    );
    nextLook = performance.now() + (end - start) / LOOKS;
  }
  console.log(`| ${minutes} | ${count} | ${await residentMib()} |`);
  await judge.dispose();
}

/** @param {number} number */
function item(number) {
  return { instruction: `Question ${number}?`, response: `Answer ${number * 7}.` };
}

async function residentMib() {
  collectGarbage();
  let kib = await residentKib(process.pid);
  for (const child of await childrenOf(process.pid)) kib += await residentKib(child);
  return (kib / 1024).toFixed(0);
}

/** @param {number} pid */
async function residentKib(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
}

/** @param {number} pid */
async function childrenOf(pid) {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  return text.split(" ").filter(Boolean).map(Number);
}
