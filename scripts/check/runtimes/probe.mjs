// What a program does with the library, under whatever runs it: it aborts a stream, kills the engine's
// process, disposes of the judge and comes to its own end. Prints what came of it as one object of JSON.
//
//   RUNTIME probe.mjs JUDGE none|process
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { LagerError, loadJudge } from "lager-judge";

const [file = "", isolation] = process.argv.slice(2);
const isApart = isolation === "process";
const items = Array.from({ length: 200 }, (_, i) => ({
  id: `item ${i}`,
  instruction: `Is ${i} a number?`,
  response: `It is ${"really ".repeat(i % 7)}one.`,
}));
const judge = await loadJudge(file, {
  ...{ gpu: "off", threads: 1, isolation: isApart ? "process" : "none" },
});

const [first] = items;
if (first === undefined) throw new Error("there is nothing to score");
const before = await bits(first);
const stop = new AbortController();
let scored = 0;
const aborted = await codeOf(async () => {
  for await (const _ of judge.scoreAll(items, { task: "general", signal: stop.signal })) {
    if (++scored === 3) stop.abort();
  }
});
const after = await bits(first);
const killed = isApart ? await bitsWhileKilled(first) : null;
await judge.dispose();
await judge.dispose();
const disposed = await codeOf(() => bits(first));
console.log(JSON.stringify({ before, aborted, scored, after, killed, disposed }));

/**
 * Hash of all logits of an answer.
 *
 * @param {typeof items[number]} item
 */
async function bits(item) {
  const { nodes, score } = await judge.score(item, { task: "general", criterion: "accuracy" });
  return createHash("sha256")
    .update(JSON.stringify([nodes, score], (_, value) => plain(value)))
    .digest("hex");
}

/** @param {unknown} value */
function plain(value) {
  return ArrayBuffer.isView(value) ? Array.from(/** @type {Float32Array} */ (value)) : value;
}

/**
 * The same, while the engine's process is killed; null where nobody can tell which it is.
 *
 * @param {typeof items[number]} item
 */
async function bitsWhileKilled(item) {
  const [engine] = enginesHere();
  if (engine === undefined) return null;
  const scoring = bits(item);
  process.kill(engine, "SIGKILL");
  return scoring;
}

/** Processes below this one (Linux). */
function enginesHere() {
  if (process.platform !== "linux") return [];
  const text = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8");
  return text.split(" ").map(Number).filter(Boolean);
}

/** @param {() => Promise<unknown>} work */
async function codeOf(work) {
  try {
    await work();
    return null;
  } catch (error) {
    return error instanceof LagerError ? error.code : String(error);
  }
}
