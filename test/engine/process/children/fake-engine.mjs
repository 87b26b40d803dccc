// Stands for the engine's process: what the calls of a judge are given says what it does. How often it was
// started, and what it was asked for, is told by the file that FAKE_ENGINE_LOG names.
import { appendFileSync, readFileSync } from "node:fs";

const log = process.env.FAKE_ENGINE_LOG ?? "";
const plan = process.env.FAKE_ENGINE_PLAN ?? "";

/** @param {string} text */
function note(text) {
  appendFileSync(log, `${text}\n`);
}

/** @param {string} text */
function times(text) {
  return readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line === text).length;
}

/** @param {unknown} message */
function send(message) {
  process.send?.(message);
}

function floodAndAbort() {
  process.stderr.write("a line before\n".repeat(100_000));
  process.stderr.write("GGML_ASSERT(n > 0) failed\n", () => process.kill(process.pid, "SIGABRT"));
}

const HANGS = new Set();
let isLeaving = false;

/** @param {number} id @param {string} text */
function tokenize(id, text) {
  const [what, argument = ""] = text.split(":");
  note(`tokenize ${text}`);
  if (what === "die") process.kill(process.pid, "SIGSEGV");
  else if (what === "abort") floodAndAbort();
  else if (what === "exit") process.exit(Number(argument));
  else if (what === "die-once" && times(`tokenize ${text}`) === 1) process.abort();
  else if (what === "spin") for (;;);
  else if (what === "fail") {
    send({ kind: "failure", id, code: "PROMPT_TOO_LONG", message: "too long" });
  } else if (what === "slow") {
    setTimeout(
      () => send({ kind: "result", id, value: [Int32Array.of(7)], decodeSeconds: 1 }),
      Number(argument) || 300,
    );
  } else if (what === "leave") {
    isLeaving = true;
    process.disconnect();
    setInterval(() => {}, 1000);
  } else {
    send({
      ...{ kind: "result", id, value: [Int32Array.of(text.length, process.pid)] },
      decodeSeconds: 0.5,
    });
  }
}

process.on("disconnect", () => {
  if (!isLeaving) process.exit();
});
process.on("message", (/** @type {any} */ { kind, id, call }) => {
  if (kind === "cancel") {
    note("cancel");
    if (HANGS.delete(id) && plan === "obeys") {
      send({ kind: "failure", id, code: "ABORTED", message: "aborted" });
    }
    return;
  }
  note(call.method);
  if (call.method === "initialize") {
    const cpuKernels = { set: "", inPlace: [], leftOut: [] };
    const value = { release: "v0", cpuFeatures: "", cpuKernels, devices: [] };
    send({ kind: "result", id, value });
  } else if (call.method === "loadJudge") {
    if (plan === "dies-on-load") process.kill(process.pid, "SIGABRT");
    if (plan === "dies-on-second-load" && times("loadJudge") > 1) process.abort();
    if (plan === "never-loads") return;
    if (plan === "never-loads-again" && times("loadJudge") > 1) return;
    send({ kind: "progress", id, share: 0.5 });
    const value = { judge: process.pid, info: { layers: 3 }, metadata: {}, specialTokens: [] };
    send({ kind: "result", id, value });
  } else if (call.method === "tokenize") {
    tokenize(id, call.texts[0]);
  } else if (call.method === "capture") {
    HANGS.add(id);
  } else if (plan === "dies-of-files") {
    process.abort();
  } else if (call.method === "architectureOf") {
    send({ kind: "result", id, value: "llama" });
  } else if (call.method === "dispose") {
    send({ kind: "result", id, value: undefined });
  }
});
note("start");
