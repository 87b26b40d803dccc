// One measurement of an engine, in this process or in one of its own; prints one line of JSON.
//
//   node once.mjs ISOLATION JUDGE ITEMS ABORTS [THREADS]
import { readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { loadJudge, recordsOf } from "../../../dist/index.js";

const [isolation = "none", name = "", items = "0", aborts = "0", threads = "auto"] =
  process.argv.slice(2);
if (isolation !== "none" && isolation !== "process") throw new Error("isolation: none or process");

const importedAt = performance.now();
const judge = await loadJudge(name, {
  ...{ gpu: "off", isolation },
  ...(threads !== "auto" && { threads: Number(threads) }),
});
const loadMs = performance.now() - importedAt;
const session = await judge.openSession("general");
const delay = monitorEventLoopDelay({ resolution: 1 });

let promptTokens = 0;
let scored = 0;
delay.enable();
const startedAt = performance.now();
const cpuBefore = cpuSeconds();
for await (const outcome of session.scoreAll(recordsOf(records(Number(items)), session.task))) {
  if (outcome.kind === "failure") throw new Error(outcome.message);
  promptTokens += outcome.promptTokens;
  scored++;
}
const seconds = (performance.now() - startedAt) / 1000;
delay.disable();
const cpuMs = (1000 * (cpuSeconds() - cpuBefore)) / (promptTokens / 1000);
const memory =
  proportionalBytes(process.pid) +
  (judge.engine.pid === null ? 0 : proportionalBytes(judge.engine.pid));

/** @type {number[]} */
const abortMs = [];
const tokens = Int32Array.from({ length: 2000 }, (_, i) => (i * 7919 + 11) % 40_000);
for (let i = 0; i < Number(aborts); i++) {
  const stop = new AbortController();
  const capture = judge.engine.capture(tokens, Int32Array.of(1, 2), {
    fresh: true,
    signal: stop.signal,
  });
  const ended = capture.then(
    () => false,
    () => true,
  );
  await new Promise((resolve) => setTimeout(resolve, 5 + ((i * 37) % 300)));
  const abortedAt = performance.now();
  stop.abort();
  if (await ended) abortMs.push(performance.now() - abortedAt);
}
await judge.dispose();
process.stdout.write(
  `${JSON.stringify({
    isolation,
    loadMs,
    tokensPerSecond: promptTokens / seconds,
    cpuMs,
    scored,
    stallMs: delay.max / 1e6,
    memory,
    abortMs,
  })}\n`,
);

/** @param {number} count */
function* records(count) {
  for (let i = 0; i < count; i++) {
    const fact = `Fact ${i} of ${count} says that ${i * 7919} is not ${i * 104729}. `;
    yield {
      id: String(i),
      instruction: `What do we know about ${i}?`,
      response: fact.repeat(2 + (i % 7)),
    };
  }
}

/** Processor time of this process and the engine's, all threads: fields 14 and 15 of Linux's `stat`. */
function cpuSeconds() {
  const pids = [process.pid, ...(judge.engine.pid === null ? [] : [judge.engine.pid])];
  return pids.reduce((sum, pid) => {
    // The name before them may hold spaces.
    const [, rest = ""] = /\) (.*)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    const fields = rest.split(" ");
    return sum + (Number(fields[11]) + Number(fields[12])) / 100;
  }, 0);
}

/**
 * What a process takes, with its share of what it has in common with others: Pss of Linux.
 *
 * @param {number} pid
 */
function proportionalBytes(pid) {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1]) * 1024;
}
