// Speaks with `lager serve --stdio` and keeps what was said: examples/serve-transcript.jsonl, a line for
// each line, `{"client": …}` or `{"server": …}`. Needs `npm run build`.
//
//   node scripts/docs/serve-transcript.mjs [JUDGE]
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const [judge = "smollm2-135m"] = process.argv.slice(2);

const two = { instruction: "What is 2 + 2?", response: "4" };
const criteria = ["accuracy"];
const many = Array.from({ length: 500 }, (_, i) => ({ ...two, response: `Perhaps ${i}.` }));

/** What is said, and the last line of its answer, for which is waited before the next. */
const TALK = [
  [{ id: 1, method: "score", item: { id: "four", ...two }, criteria }, '"type":"result","id":1'],
  [
    {
      ...{ id: 2, method: "scoreMany", criteria, progress: true },
      items: [
        { id: "five", ...two, response: "Five, I think." },
        { id: "none", instruction: "?" },
      ],
    },
    '"type":"result","id":2',
  ],
  ["not JSON", '"id":null'],
  [{ id: 3, method: "score", item: two, criteria: ["tone"] }, '"id":3'],
  [{ id: 4, method: "scoreMany", items: many }, null],
  [{ id: 5, method: "cancel", request: 4 }, '"type":"error","id":4'],
  [{ id: 6, method: "health" }, '"id":6'],
  [{ id: 7, method: "tasks" }, '"id":7'],
];

const child = spawn(
  process.execPath,
  [
    ...[path.join(ROOT, "dist/cli/main.js"), "serve", "--stdio"],
    ...["--judge", judge, "--gpu", "off", "--threads", "1", "-q"],
  ],
  { stdio: ["pipe", "pipe", "inherit"] },
);
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
/** @type {string[]} */
const transcript = [];

/** @param {string} end */
async function listenUntil(end) {
  for (;;) {
    const { value: line, done } = await lines.next();
    if (done === true) throw new Error(`the server ended before ${end}`);
    transcript.push(`{"server":${line}}`);
    if (line.includes(end)) return;
  }
}

await listenUntil('"type":"hello"');
for (const [said, end] of TALK) {
  const line = typeof said === "string" ? said : JSON.stringify(said);
  child.stdin.write(`${line}\n`);
  // A broken line is kept as the text that it is; a long list is not kept.
  const kept =
    line.length > 1000 ? JSON.stringify({ .../** @type {object} */ (said), items: [two] }) : line;
  transcript.push(`{"client":${typeof said === "string" ? JSON.stringify(said) : kept}}`);
  if (end !== null) await listenUntil(String(end));
}
child.stdin.end();
await new Promise((resolve) => child.once("close", resolve));
writeFileSync(path.join(ROOT, "examples/serve-transcript.jsonl"), `${transcript.join("\n")}\n`);
