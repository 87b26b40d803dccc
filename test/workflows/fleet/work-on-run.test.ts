import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { LagerError } from "../../../src/base/errors.ts";
import { formatRunLine } from "../../../src/run/format-run-line.ts";
import {
  type Piece,
  pieceName,
  RunFolder,
  shardState,
} from "../../../src/workflows/fleet/run-folder.ts";
import { Tickets } from "../../../src/workflows/fleet/tickets.ts";
import { type WorkOnRunOptions, workOnRun } from "../../../src/workflows/fleet/work-on-run.ts";
import { MADE_UP_HEADER } from "../../fixtures/made-up-run.ts";
import { REDIS_PROBLEM, type TestRedis, testRedis } from "../../support/redis.ts";
import { type ProcessOptions, startNode, startProcess } from "../../support/run-process.ts";
import { scratchFolder } from "../../support/scratch.ts";

const RUN = "0123456789abcdef";
const WORKER = fileURLToPath(new URL("worker-process.mjs", import.meta.url));

const HEADER = formatRunLine(MADE_UP_HEADER);

/** A run of made-up shards; a part says which records it is of. */
async function madeUpRun(count: number, records = 4) {
  const folder = new RunFolder(await scratchFolder());
  await mkdir(path.join(folder.path, "parts"));
  const shards = Array.from({ length: count }, (_, number) => ({
    ...{ kind: "shard" as const, number, records, bytes: 1000 - number, sha256: "" },
  }));
  const keep = async (piece: Piece, text = pieceName(piece)) => {
    const temporary = await folder.temporaryPart(piece);
    await writeFile(temporary, `${HEADER}\n${text}\n`);
    const isFirst = await folder.keep(piece, temporary);
    await rm(temporary);
    return isFirst;
  };
  const state = async () => {
    const parts = await folder.parts();
    const states = shards.map((shard) => shardState(parts, shard));
    return {
      missing: states.flatMap(({ missing }) => missing),
      // Each record once.
      records: states.flatMap(({ scored }) => scored).reduce((sum, p) => sum + p.to - p.from, 0),
    };
  };
  return { folder, shards, keep, state };
}

/** A machine in a process of its own, which one record kills. */
function startMachine(run: MadeUpRun, queue: string, options: ProcessOptions = {}) {
  const { folder, shards } = run;
  const given = { run: RUN, folder: folder.path, header: HEADER, shards, queue };
  return startNode([WORKER, JSON.stringify(given)], options);
}

/** Waits until a machine has a ticket. */
async function untilActive(redis: TestRedis): Promise<void> {
  const client = redis.client();
  while ((await client.llen(`lager:${RUN}:active`)) === 0) await sleep(10);
}

/** Scores until the machine leaves. */
function scoreUntilAborted(_: Piece, signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new LagerError("ABORTED", "it was aborted")));
  });
}

type MadeUpRun = Awaited<ReturnType<typeof madeUpRun>>;

function work(
  { folder, shards, keep }: MadeUpRun,
  queue: string,
  more: Partial<WorkOnRunOptions> = {},
) {
  return workOnRun(RUN, folder, shards, {
    ...{ queue, signal: new AbortController().signal, lockMs: 1000, pollMs: 50 },
    score: async (piece) => void (await keep(piece)),
    giveUp: async (piece, reason) => void (await keep(piece, `"code":"WORKER_DIED" ${reason}`)),
    ...more,
  });
}

describe.skipIf(REDIS_PROBLEM !== undefined)("machines that take tickets from Redis", () => {
  it("score each shard once, the largest first, and the tickets hold no texts", async () => {
    const redis = await testRedis();
    const run = await madeUpRun(30);
    const order: number[][] = [[], []];
    const seen = new Set<string>();
    const client = redis.client();
    const machine = (number: number) =>
      work(run, redis.url, {
        score: async (piece) => {
          order[number]?.push(piece.shard);
          const ticket = await client.hget(`lager:${RUN}:${pieceName(piece)}`, "data");
          seen.add(Object.keys(JSON.parse(ticket ?? "{}")).join());
          await sleep(10);
          expect(await run.keep(piece)).toBe(true);
        },
      });
    expect(await Promise.all([machine(0), machine(1)])).toEqual(["done", "done"]);
    expect(order.flat().toSorted((a, b) => a - b)).toEqual(run.shards.map(({ number }) => number));
    for (const own of order) {
      expect(own.length).toBeGreaterThan(5);
      expect(own).toEqual(own.toSorted((a, b) => a - b));
    }
    expect([...seen]).toEqual(["shard,from,to"]);
  });

  it.each([true, false])("lose nothing when Redis dies (it keeps its file: %s)", async (keeps) => {
    const redis = await testRedis({ keeps });
    const run = await madeUpRun(20);
    const slow = {
      score: async (piece: Piece) => {
        await sleep(50);
        await run.keep(piece);
      },
    };
    const machines = [work(run, redis.url, slow), work(run, redis.url, slow)];
    while ((await readdir(path.join(run.folder.path, "parts"))).length < 6) await sleep(10);
    await redis.kill();
    await sleep(300);
    await redis.start();
    expect(await Promise.all(machines)).toEqual(["done", "done"]);
    expect(await run.state()).toEqual({ missing: [], records: 80 });
  });

  it("isolate a record that fails by halving, and score all others", async () => {
    const redis = await testRedis();
    const run = await madeUpRun(3);
    const end = await work(run, redis.url, {
      score: async (piece) => {
        if (piece.shard === 1 && piece.from <= 2 && piece.to > 2) throw new Error("it is poison");
        await run.keep(piece);
      },
    });
    expect(end).toBe("done");
    expect(await run.state()).toEqual({ missing: [], records: 12 });
    const bad = { shard: 1, from: 2, to: 3 };
    expect(await readFile(run.folder.part(bad), "utf8")).toContain("it is poison");
    await run.folder.forgetDied();
    expect((await run.state()).missing).toEqual([bad]);
  });

  it("isolate a record that kills them, however often they come back", async () => {
    const redis = await testRedis();
    const run = await madeUpRun(3, 2);
    let deaths = 0;
    for (; deaths < 30; deaths++) {
      const { exitCode, stderr } = await startMachine(run, redis.url).end;
      if (exitCode === 0) break;
      expect({ exitCode, stderr }).toEqual({ exitCode: null, stderr: "" });
    }
    // Twice for the shard, and twice for the record.
    expect(deaths).toBe(4);
    expect(await run.state()).toEqual({ missing: [], records: 6 });
    const died = await readFile(run.folder.part({ shard: 1, from: 1, to: 2 }), "utf8");
    expect(died).toContain("stalled");
  }, 60_000);

  it("speak TLS, as a user who may touch nothing else", async () => {
    const folder = await scratchFolder();
    const tls = { certificate: path.join(folder, "cert.pem"), key: path.join(folder, "key.pem") };
    const openssl = await startProcess("openssl", [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
      ...["-addext", "subjectAltName=DNS:localhost", "-keyout", tls.key, "-out", tls.certificate],
    ]).end;
    expect(openssl.exitCode).toBe(0);
    // As docs/fleet.md has it.
    const page = await readFile(new URL("../../../docs/fleet.md", import.meta.url), "utf8");
    const rights = /^user (fleet on >YOUR-PASSWORD .*)$/m.exec(page)?.[1] ?? "";
    const { port } = await testRedis({ tls, user: rights.replace("YOUR-PASSWORD", "pw") });
    const run = await madeUpRun(1);
    const queue = `rediss://fleet:pw@localhost:${port}`;
    const env = { NODE_EXTRA_CA_CERTS: tls.certificate };
    expect(await startMachine(run, queue, { env }).end).toMatchObject({ exitCode: 0 });
    expect((await run.state()).missing).toEqual([]);
    // A certificate that nobody vouches for.
    await expect(Tickets.open(queue, RUN)).rejects.toThrow(/self-signed certificate/);
  });

  it("leave at once when they are told to, also while Redis is away", async () => {
    const redis = await testRedis();
    const run = await madeUpRun(1);
    const left = new AbortController();
    const waiting = work(run, redis.url, { signal: left.signal, score: scoreUntilAborted });
    await untilActive(redis);
    await redis.kill();
    const startedAt = performance.now();
    left.abort();
    await expect(waiting).rejects.toMatchObject({ code: "ABORTED" });
    expect(performance.now() - startedAt).toBeLessThan(5000);
    // A server that is not there is told of at once.
    await expect(Tickets.open(redis.url, RUN)).rejects.toThrow(/cannot be used/);
  });

  it("give a ticket back when the store or the machine is at fault, and end", async () => {
    const redis = await testRedis();
    const run = await madeUpRun(2);
    const full = new LagerError("UNWRITABLE_OUTPUT", "the disk is full");
    const refused = work(run, redis.url, { score: () => Promise.reject(full) });
    await expect(refused).rejects.toBe(full);
    const left = new AbortController();
    const aborted = work(run, redis.url, {
      signal: left.signal,
      score: (piece, signal) => {
        const scored = scoreUntilAborted(piece, signal);
        left.abort();
        return scored;
      },
    });
    await expect(aborted).rejects.toMatchObject({ code: "ABORTED" });
    // Neither counts against the shards.
    expect(await work(run, redis.url)).toBe("done");
    expect(await run.state()).toEqual({ missing: [], records: 8 });
    expect((await run.folder.parts()).get(0)?.size).toBe(1);
  });

  it("leave a run that is stopped, or that has nothing for them", async () => {
    const redis = await testRedis();
    const run = await madeUpRun(1);
    await run.folder.stop("for a reason");
    expect(await work(run, redis.url)).toBe("stopped");
    await run.folder.unstop();
    let wake = () => {};
    const busy = work(run, redis.url, {
      score: async (piece) => {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        await run.keep(piece);
      },
    });
    await untilActive(redis);
    expect(await work(run, redis.url, { idleExitMs: 200 })).toBe("idle");
    wake();
    expect(await busy).toBe("done");
  });
});
