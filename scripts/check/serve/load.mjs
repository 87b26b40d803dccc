// Puts a server under load, and holds every answer to what the library gives alone: 50 clients, 10 000
// requests, with cancelled ones and broken bodies between them, and an engine that is killed. Prints what
// came of it, and how long single requests took beside calls of the library, as docs/measurements/serving.md
// has it.
//
//   node scripts/check/serve/load.mjs [--judge FILE] [--requests 10000] [--clients 50] [--seed 1]
//
// Needs `npm run build`, and the tests' models (`npm run test:cpp`) unless a judge is given. Linux.
import { Agent, request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { loadJudge, recordsOf } from "../../../dist/index.js";
import { Random } from "../../fuzz/random.mjs";
import { startServer, TINY_JUDGE } from "./server.mjs";

const { values: options } = parseArgs({
  options: {
    judge: { type: "string", default: TINY_JUDGE },
    requests: { type: "string", default: "10000" },
    clients: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
  },
});
const REQUESTS = Number(options.requests);
const CLIENTS = Number(options.clients);
const TEXTS = 400;
const CRITERIA = ["helpfulness", "accuracy", "coherence"];
/** Calls that are timed one after the other. */
const TIMED = 500;

const draws = new Random(options.seed);
const random = () => draws.next();
const below = (/** @type {number} */ end) => Math.floor(random() * end);

/** @typedef {{ instruction: string, response: string }} Texts */
/** @typedef {Readonly<Record<string, any>>} Json */
/** @typedef {Awaited<ReturnType<typeof startServer>>} Server */

/** @type {readonly Texts[]} */
const texts = Array.from({ length: TEXTS }, (_, i) => ({
  instruction: `Is ${i % 40} a number?`,
  response: "It is. ".repeat(1 + (i % 23)) + i,
}));

const counts = {
  answered: 0,
  cancelled: 0,
  refused: 0,
  crashed: 0,
  scores: 0,
  lost: 0,
  mixed: 0,
  wrong: 0,
  failed: 0,
};
/** @type {string[]} */
const problems = [];

/** @param {keyof typeof counts} kind @param {string} what */
function problem(kind, what) {
  counts[kind]++;
  if (problems.length < 20) problems.push(`${kind}: ${what}`);
}

/** What the library gives alone: `text criterion` → figures. */
const expected = new Map();
/** @type {number[]} */
const libraryMs = [];

/** Without what depends on the company, and what the sender chose. */
function figuresOf(/** @type {Json} */ score) {
  const { score: value, normalized, vanilla, eScore, lager, probabilities } = score;
  const { entropy, standardDeviation, scoreMass, inputHash, promptTokens } = score;
  return JSON.stringify({
    ...{ value, normalized, vanilla, eScore, lager, probabilities },
    ...{ entropy, standardDeviation, scoreMass, inputHash, promptTokens },
  });
}

async function askLibrary() {
  const judge = await loadJudge(options.judge, {
    ...{ gpu: "off", threads: 1, isolation: "process" },
  });
  const session = await judge.openSession("general");
  for (const [i, text] of texts.entries()) {
    for (const criterion of CRITERIA) {
      expected.set(`${i} ${criterion}`, figuresOf(await session.score(text, { criterion })));
    }
  }
  for (let i = 0; i < TIMED; i++) {
    const startedAt = performance.now();
    await session.score(texts[below(TEXTS)] ?? {}, { criterion: "accuracy" });
    libraryMs.push(performance.now() - startedAt);
  }
  const startedAt = performance.now();
  let scores = 0;
  for await (const _ of session.scoreAll(recordsOf(texts, session.task))) scores++;
  const rate = (1000 * scores) / (performance.now() - startedAt);
  await judge.dispose();
  return rate;
}

/**
 * @param {{ url: string, agent: Agent, path?: string, body: string, headers?: Record<string, string>, signal?: AbortSignal }} asked
 * @returns {Promise<{ status: number, text: string }>}
 */
function ask({ url, agent, path = "/v1/score", body, headers = {}, signal }) {
  return new Promise((resolve, reject) => {
    const type = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const sent = request(
      `${url}${path}`,
      { method: "POST", agent, headers: { ...type, ...headers }, ...(signal && { signal }) },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part) => {
          text += part;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
        response.on("error", reject);
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Holds the elements of an answer to the library's. @param {Json[]} data @param {{ id: string, text: number }[]} items @param {readonly string[]} criteria */
function check(data, items, criteria) {
  const wanted = items.flatMap((item, index) =>
    criteria.map((criterion) => ({ ...item, index, criterion })),
  );
  if (data.length !== wanted.length) {
    problem("lost", `${data.length} outcomes of ${wanted.length}`);
    return;
  }
  for (const [i, { id, text, index, criterion }] of wanted.entries()) {
    const got = data[i] ?? {};
    if (got.index !== index || got.id !== id || got.criterion !== criterion) {
      problem("mixed", `${got.index} ${got.id} ${got.criterion}, not ${index} ${id} ${criterion}`);
    } else if (got.object === "error") {
      if (got.code === "ENGINE_CRASHED") counts.crashed++;
      else problem("failed", `${got.code}: ${got.message}`);
    } else if (figuresOf(got) !== expected.get(`${text} ${criterion}`)) {
      problem("wrong", `${id}: other figures than alone`);
    } else {
      counts.scores++;
    }
  }
}

let lastId = 0;

/** Items with ids that nobody else has. */
function draw(/** @type {number} */ count) {
  return Array.from({ length: count }, () => ({ id: `r${++lastId}`, text: below(TEXTS) }));
}

/** @param {{ id: string, text: number }[]} items */
function bodyOf(items, criteria = CRITERIA) {
  const records = items.map(({ id, text }) => ({ id, ...texts[text] }));
  return JSON.stringify({ items: records, criteria });
}

/** @typedef {{ url: string, agent: Agent }} Client */

/** @param {Client} client */
async function askOne(client) {
  const items = draw(1);
  const criteria = ["accuracy"];
  const startedAt = performance.now();
  const { status, text } = await ask({ ...client, body: bodyOf(items, criteria) });
  const ms = performance.now() - startedAt;
  if (status !== 200) return problem("failed", `${status} ${text}`);
  counts.answered++;
  check(JSON.parse(text).data, items, criteria);
  return ms;
}

/** @param {Client} client */
async function askMany(client) {
  const items = draw(2 + below(4));
  const headers = { accept: "application/jsonl" };
  const { status, text } = await ask({ ...client, body: bodyOf(items), headers });
  if (status !== 200) return problem("failed", `${status} ${text}`);
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  if (lines.at(-1)?.object !== "done") problem("lost", `no last line: ${text.slice(-200)}`);
  counts.answered++;
  check(lines.slice(0, -1), items, CRITERIA);
}

/** @param {Client} client */
async function askCancelled(client) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), random() * 60);
  try {
    await ask({ ...client, body: bodyOf(draw(1 + below(50))), signal: stop.signal });
    counts.answered++;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    counts.cancelled++;
  } finally {
    clearTimeout(timer);
  }
}

const BROKEN = [
  ["{", 400],
  ["", 400],
  ["[]", 400],
  ['{"items":[1]}', 400],
  ['{"text_1":"q","text_2":7}', 400],
  ['{"text_1":"q"}', 400],
  ['{"items":[],"criteria":["tone"]}', 404],
  ['{"items":[],"task":"/etc/passwd"}', 404],
  [`{"text_1":"${"x".repeat(300_000)}`, 400],
  [Buffer.from([0x22, 0xff, 0xfe, 0x22]).toString("latin1"), 400],
];

/** @param {Client} client */
async function askBroken(client) {
  const [body, wanted] = BROKEN[below(BROKEN.length)] ?? ["", 400];
  const { status, text } = await ask({ ...client, body: String(body) });
  if (status !== wanted) problem("failed", `${status}, not ${wanted}: ${text.slice(0, 200)}`);
  else counts.refused++;
}

/** @param {string} url @param {() => number} left */
async function runClient(url, left) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  /** @type {number[]} */
  const ms = [];
  while (left() > 0) {
    const kind = random();
    try {
      if (kind < 0.72) {
        const took = await askOne({ url, agent });
        if (took !== undefined) ms.push(took);
      } else if (kind < 0.8) await askMany({ url, agent });
      else if (kind < 0.88) await askCancelled({ url, agent });
      else await askBroken({ url, agent });
    } catch (error) {
      problem("lost", String(error));
    }
  }
  agent.destroy();
  return ms;
}

/** Kills the engine that there is. @param {Server} server */
function killEngine(server) {
  const pids = server.engines();
  for (const pid of pids) process.kill(pid, "SIGKILL");
  return pids.length;
}

const LONG = JSON.stringify({
  text_1: "?",
  text_2: "It is a number, and so it stays. ".repeat(370),
  criteria: ["accuracy"],
});
/** Long prompts that are asked for at once, so that there is one to be met. */
const LONG_AT_ONCE = 8;

/** @param {Client} client */
async function askLong(client) {
  const { status, text } = await ask({ ...client, body: LONG });
  const [got] = status === 200 ? JSON.parse(text).data : [];
  if (got?.code === "ENGINE_CRASHED") counts.crashed++;
  else if (got?.object !== "score") problem("failed", `${status} ${text}`);
}

/**
 * Kills the engine while it decodes long prompts, and the next one while they are tried once more, until
 * one of them is answered with ENGINE_CRASHED: the server goes on. @param {Server} server
 */
async function killTwice(server) {
  const agent = new Agent({ keepAlive: true });
  let kills = 0;
  for (let tries = 0; counts.crashed === 0 && tries < 30; tries++) {
    const client = { url: server.url, agent };
    const asked = Promise.all(Array.from({ length: LONG_AT_ONCE }, () => askLong(client)));
    await wait(200 + 100 * (tries % 8));
    const [first] = server.engines();
    kills += killEngine(server);
    while (server.engines().every((pid) => pid === first)) await wait(5);
    await wait(200 + 70 * (tries % 12));
    kills += killEngine(server);
    await asked;
  }
  agent.destroy();
  return kills;
}

/** @param {number[]} values @param {number} share */
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
}

const libraryRate = await askLibrary();
const server = await startServer({ judge: options.judge });
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
/** @type {number[]} */
const aloneMs = [];
for (let i = 0; i < TIMED; i++) {
  const took = await askOne({ url: server.url, agent });
  if (took !== undefined) aloneMs.push(took);
}
agent.destroy();

let left = REQUESTS;
const startedAt = performance.now();
const scoresBefore = counts.scores;
const clients = Array.from({ length: CLIENTS }, () => runClient(server.url, () => left--));
let kills = 0;
let isOver = false;
let largest = 0;
const watching = (async () => {
  for (; !isOver; await wait(200)) largest = Math.max(largest, server.memory());
})();
const killing = (async () => {
  while (left > (REQUESTS * 2) / 3) await wait(20);
  kills += killEngine(server);
  while (left > REQUESTS / 3) await wait(20);
  kills += await killTwice(server);
})();
const crowdMs = (await Promise.all(clients)).flat();
const seconds = (performance.now() - startedAt) / 1000;
await killing;
isOver = true;
await watching;
const served = counts.scores - scoresBefore;
const metrics = await (await fetch(`${server.url}/metrics`)).text();
const faults = [...metrics.matchAll(/status="(5\d\d)"\} (\d+)/g)].map(
  ([, status, count]) => `${count} × ${status}`,
);
/** @type {Json} */
const health = JSON.parse(await (await fetch(`${server.url}/health`)).text());
const code = await server.stop();

console.log(
  `${REQUESTS} requests of ${CLIENTS} clients in ${seconds.toFixed(1)} s: ${served} scores, ${(served / seconds).toFixed(0)} a second`,
);
console.log(
  JSON.stringify({ ...counts, kills, faults, health, code, largestMB: Math.round(largest / 1e6) }),
);
console.log("\n| single scores | p50 ms | p99 ms | scores a second |\n| --- | --- | --- | --- |");
console.log(
  `| library, one call after the other | ${quantile(libraryMs, 0.5)} | ${quantile(libraryMs, 0.99)} | ${rateOf(libraryMs)} |`,
);
console.log(`| library, \`scoreAll\` | | | ${libraryRate.toFixed(0)} |`);
console.log(
  `| server, one client | ${quantile(aloneMs, 0.5)} | ${quantile(aloneMs, 0.99)} | ${rateOf(aloneMs)} |`,
);
console.log(
  `| server, ${CLIENTS} clients | ${quantile(crowdMs, 0.5)} | ${quantile(crowdMs, 0.99)} | ${(served / seconds).toFixed(0)} |`,
);

for (const what of problems) console.log(what);
const isIdle = health.requests === 0 && health.running === 0 && health.waiting === 0;
const isWhole = counts.lost + counts.mixed + counts.wrong + counts.failed === 0;
const hasCrashed = counts.crashed > 0 && kills > 0;
if (!isWhole || faults.length > 0 || !isIdle || !hasCrashed || code !== 0) process.exitCode = 1;

/** @param {number[]} ms */
function rateOf(ms) {
  return ((1000 * ms.length) / ms.reduce((sum, each) => sum + each, 0)).toFixed(0);
}
