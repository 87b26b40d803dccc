// How well machines that take shards from a queue are kept busy, on a real Redis and with timers in
// place of judges: `npm run check:fleet -- [MACHINES] [SHARDS] [SECONDS]`, by default 64, 2560 and 0.5.
// Shard times are drawn (lognormal, a coefficient of variation of 0.3), from the same seed every time.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RunFolder } from "../../dist/workflows/fleet/run-folder.js";
import { Tickets } from "../../dist/workflows/fleet/tickets.js";
import { missingPieces, workOnRun } from "../../dist/workflows/fleet/work-on-run.js";
import { SeededDraw } from "../research/bits/seeded-draw.mjs";

const LEAST = 0.95;
const VARIATION = 0.3;
const PORT = 16379;

const [machines = 64, count = 2560, seconds = 0.5] = process.argv.slice(2).map(Number);
const folder = new RunFolder(await mkdtemp(path.join(tmpdir(), "lager-fleet-")));
const draw = new SeededDraw(1);
const spread = Math.sqrt(Math.log(1 + VARIATION ** 2));
const times = Array.from({ length: count }, () =>
  Math.round(seconds * 1000 * Math.exp(spread * normal() - spread ** 2 / 2)),
);
const shards = times.map((bytes, number) => ({
  ...{ kind: /** @type {const} */ ("shard"), number, records: 1, bytes, sha256: "" },
}));
const server = spawn(
  "redis-server",
  ["--port", `${PORT}`, "--bind", "127.0.0.1", "--save", "", "--dir", folder.path],
  { stdio: "ignore" },
);
try {
  const queue = `redis://127.0.0.1:${PORT}`;
  const tickets = await Tickets.open(queue, "simulated", new AbortController().signal);
  await tickets.feed(await missingPieces(folder, shards));
  await tickets[Symbol.asyncDispose]();
  const startedAt = performance.now();
  let endedAt = startedAt;
  const work = Array.from({ length: machines }, () =>
    workOnRun("simulated", folder, shards, {
      ...{ queue, signal: new AbortController().signal },
      async score(piece) {
        await sleep(times[piece.shard]);
        const temporary = await folder.temporaryPart(piece);
        await writeFile(temporary, "");
        await folder.keep(piece, temporary);
        await rm(temporary);
        endedAt = performance.now();
      },
      giveUp: (_, reason) => Promise.reject(new Error(reason)),
    }),
  );
  await Promise.all(work);
  const ideal = times.reduce((sum, time) => sum + time, 0) / machines;
  const efficiency = ideal / (endedAt - startedAt);
  console.log(
    `${machines} machines, ${count} shards of ${seconds} s on average: ` +
      `${((endedAt - startedAt) / 1000).toFixed(2)} s, at best ${(ideal / 1000).toFixed(2)} s; ` +
      `efficiency ${efficiency.toFixed(3)} (at least ${LEAST})`,
  );
  if (efficiency < LEAST) process.exitCode = 1;
} finally {
  server.kill();
  await once(server, "exit");
  await rm(folder.path, { recursive: true, force: true });
}

/** A normally distributed number, by Box and Muller. */
function normal() {
  return Math.sqrt(-2 * Math.log(1 - draw.share())) * Math.cos(2 * Math.PI * draw.share());
}
