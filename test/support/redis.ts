import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { onTestFinished } from "vitest";

/** Why Redis cannot be tested here; undefined when it can. */
export const REDIS_PROBLEM = (process.env.PATH ?? "")
  .split(path.delimiter)
  .some((folder) => existsSync(path.join(folder, "redis-server")))
  ? undefined
  : "NOT TESTED: the fleet's queue, for want of redis-server (Debian's package of that name)";

if (REDIS_PROBLEM !== undefined) process.stderr.write(`\n${REDIS_PROBLEM}\n`);

/** A Redis server of the running test, on loopback and a port of its own. */
export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** Ends it as a power failure does. */
  kill(): Promise<void>;
  /** Starts it again, with what it kept or with nothing. */
  start(): Promise<void>;
  /** A connection, which is closed at the end of the test. */
  client(): Redis;
}

/** How a server is started. */
interface TestRedisOptions {
  /** It writes everything into its file at once. Default: false. */
  readonly keeps?: boolean;
  /** It speaks TLS alone, with the certificate and key of these files. Default: neither. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Its one user, as its configuration has it. Default: everybody. */
  readonly user?: string;
}

export async function testRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const { keeps = false, tls, user } = options;
  const folder = await mkdtemp(path.join(tmpdir(), "lager-redis-"));
  const port = await freePort();
  const config = [
    ...["bind 127.0.0.1", `dir ${folder}`, 'save ""'],
    ...(keeps ? ["appendonly yes", "appendfsync always"] : []),
    ...(tls === undefined
      ? [`port ${port}`]
      : [
          ...["port 0", `tls-port ${port}`, "tls-auth-clients no"],
          ...[`tls-cert-file ${tls.certificate}`, `tls-key-file ${tls.key}`],
          `tls-ca-cert-file ${tls.certificate}`,
        ]),
    ...(user === undefined ? [] : [`user ${user}`, "user default off"]),
  ];
  const args = [path.join(folder, "redis.conf")];
  await writeFile(args[0] as string, `${config.join("\n")}\n`);
  let server = spawn("redis-server", args, { stdio: "ignore" });
  const clients: Redis[] = [];
  const redis: TestRedis = {
    port,
    url: `redis://127.0.0.1:${port}`,
    async kill() {
      const ended = once(server, "exit");
      server.kill("SIGKILL");
      await ended;
    },
    async start() {
      server = spawn("redis-server", args, { stdio: "ignore" });
      await untilReady(port);
    },
    client() {
      const client = new Redis(port, "127.0.0.1", { maxRetriesPerRequest: null });
      client.on("error", () => {});
      clients.push(client);
      return client;
    },
  };
  onTestFinished(async () => {
    for (const client of clients) client.disconnect();
    server.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });
  await untilReady(port);
  return redis;
}

async function untilReady(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const socket = connect(port, "127.0.0.1");
    const isReady = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isReady) return;
    await sleep(50);
  }
  throw new Error("redis-server does not answer");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
