import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { connect } from "node:net";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OutputLock } from "../../../src/base/output-lock.ts";
import { downloadByUri } from "../../../src/engine/models/hub-download.ts";
import type { ModelProgress } from "../../../src/engine/models/model-progress.ts";
import { partPath } from "../../../src/engine/models/part-file.ts";
import { rejection } from "../../support/errors.ts";
import { scratchFolder } from "../../support/scratch.ts";
import { FakeHub, type Fault, listening } from "./fake-hub.ts";

const URI = "hf:user/model/judge.gguf";
const FILE = "user/model/judge.gguf";
const CONTENT = `GGUF ${"0123456789".repeat(20_000)}`;
const SHA256 = createHash("sha256").update(CONTENT).digest("hex");

let hub: FakeHub;
let models: string;

beforeEach(async () => {
  const home = await scratchFolder();
  models = path.join(home, "models");
  hub = await FakeHub.start();
  hub.add(FILE, CONTENT);
  vi.stubEnv("LAGER_HOME", home);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

/** What the models folder holds, hidden files and parts as well. */
const left = async () => (await readdir(models)).sort();

describe("a download from the hub", () => {
  it("goes on where a connection was cut, as often as that comes forward", async () => {
    hub.faults.push(...Array.from({ length: 8 }, (): Fault => ({ cutAfter: 20_000 })));
    const told: ModelProgress[] = [];
    const file = await downloadByUri(URI, { onProgress: (progress) => told.push(progress) });
    expect(await readFile(file, "utf8")).toBe(CONTENT);
    expect(hub.sent.length).toBe(9);
    expect(hub.sent[0]?.range).toBe("whole");
    for (const { range } of hub.sent.slice(1)) expect(range).toMatch(/^bytes=\d+-$/);
    const bytes = told.filter(({ phase }) => phase === "download").map((each) => each.bytes);
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    expect(told.at(-1)).toEqual({
      ...{ phase: "download", bytes: CONTENT.length, totalBytes: CONTENT.length },
    });
  });

  it("keeps what came of it for the next call, which asks for the rest", async () => {
    hub.faults.push({ stallAfter: 50_000 });
    const error = await rejection(downloadByUri(URI, { longestSilence: 300 }), "DOWNLOAD_FAILED");
    expect(error.message).toContain("nothing has come for 0.3 s");
    expect(await left()).toEqual([expect.stringMatching(/\.part$/)]);
    hub.sent.length = 0;
    const file = await downloadByUri(URI);
    expect(hub.sent.map(({ range }) => range)).toEqual(["bytes=50000-"]);
    expect(await readFile(file, "utf8")).toBe(CONTENT);
    expect(await left()).toEqual([path.basename(file), `${path.basename(file)}.hub.json`]);
  });

  it("is given up with the network's own error where nothing comes at all", async () => {
    hub.faults.push({ stallAfter: 1000 }, { cutAfter: 0 });
    const error = await rejection(downloadByUri(URI, { longestSilence: 200 }), "DOWNLOAD_FAILED");
    expect(error.cause).toBeInstanceOf(Error);
    const server = createServer();
    vi.stubEnv("MODEL_ENDPOINT", await listening(server));
    server.close();
    await once(server, "close");
    const refused = await rejection(
      downloadByUri(URI, { longestSilence: 10_000 }),
      "DOWNLOAD_FAILED",
    );
    expect(refused.message).toContain("ECONNREFUSED");
    expect(refused.cause).toMatchObject({ cause: { code: "ECONNREFUSED" } });
  });

  it("tries again after an error of the server, and not after a refusal", async () => {
    hub.faults.push({ status: 503 }, { status: 500 });
    await downloadByUri(URI);
    expect(hub.sent).toHaveLength(3);
    const gone = await rejection(downloadByUri("hf:user/model/none.gguf"), "DOWNLOAD_FAILED");
    expect(gone.message).toContain("404");
    expect(hub.asked.filter((each) => each.includes("none.gguf"))).toHaveLength(1);
  });

  it("begins anew where a server passes over the Range, or what is left is another's", async () => {
    hub.faults.push({ cutAfter: 30_000 }, "no-range");
    const file = await downloadByUri(URI);
    expect(await readFile(file, "utf8")).toBe(CONTENT);
    hub.add("user/model/other.gguf", CONTENT);
    const other = file.replace("judge.gguf", "other.gguf");
    await writeFile(partPath(other, SHA256), `${CONTENT} and more`);
    await writeFile(partPath(other, "0".repeat(64)), "an earlier version");
    expect(await readFile(await downloadByUri("hf:user/model/other.gguf"), "utf8")).toBe(CONTENT);
    expect((await left()).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("that has other bytes than the hub says is discarded", async () => {
    hub.faults.push("other-bytes");
    const error = await rejection(downloadByUri(URI), "CHECKSUM_MISMATCH");
    expect(error.message).toContain(SHA256);
    expect(await left()).toEqual([]);
    hub.faults.push({ cutAfter: 50_000 }, "other-bytes");
    await rejection(downloadByUri(URI), "CHECKSUM_MISMATCH");
    expect(await left()).toEqual([]);
  });

  it("of unknown content is taken as it is, and nothing of a failed one is kept", async () => {
    hub.said.set(FILE, null);
    hub.faults.push({ stallAfter: 1000 });
    await rejection(downloadByUri(URI, { longestSilence: 200 }), "DOWNLOAD_FAILED");
    expect(await left()).toEqual([]);
    expect(await readFile(await downloadByUri(URI), "utf8")).toBe(CONTENT);
  });

  it("ends when it is aborted, and can be gone on with", async () => {
    hub.faults.push({ stallAfter: 60_000 });
    const controller = new AbortController();
    const onProgress = ({ bytes }: ModelProgress) => {
      if (bytes >= 60_000) controller.abort("enough");
    };
    const downloading = downloadByUri(URI, { signal: controller.signal, onProgress });
    expect((await rejection(downloading, "ABORTED")).cause).toBe("enough");
    await downloadByUri(URI);
    expect(hub.sent.at(-1)?.range).toBe("bytes=60000-");
  });

  it("shows its access token to the hub alone, and only where it is wanted", async () => {
    vi.stubEnv("HF_TOKEN", "hf_secret");
    const tokens: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      tokens.push(request.headers.authorization);
      response.writeHead(404).end();
    });
    vi.stubEnv("MODEL_ENDPOINT", await listening(server));
    await rejection(downloadByUri(URI), "DOWNLOAD_FAILED");
    expect(tokens).toEqual([undefined]);
    vi.stubEnv("MODEL_ENDPOINT", hub.origin);
    hub.token = "hf_secret";
    await downloadByUri(URI);
    expect(hub.sent.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it("finds the access token that the hub's own tools keep in a file", async () => {
    hub.token = "hf_file";
    const folder = await scratchFolder();
    await writeFile(path.join(folder, "token"), "hf_file\n");
    vi.stubEnv("HF_TOKEN", undefined);
    vi.stubEnv("HF_HOME", folder);
    await downloadByUri(URI);
    expect(hub.sent).toHaveLength(1);
    vi.stubEnv("HF_TOKEN", "hf_wrong");
    const error = await rejection(downloadByUri("hf:user/model/x.gguf"), "DOWNLOAD_FAILED");
    expect(error.message).toContain("401");
    expect(error.message).toContain("HF_TOKEN");
  });

  it("is made once by several that want it at once", async () => {
    hub.faults.push({ cutAfter: 40_000 });
    const files = await Promise.all([1, 2, 3].map(() => downloadByUri(URI)));
    expect(new Set(files).size).toBe(1);
    expect(hub.sent).toHaveLength(2);
  });

  it("waits for who downloads it already, and not for one that gets nowhere", async () => {
    await mkdir(models, { recursive: true });
    const target = path.join(models, "hf--user--model--judge.gguf");
    await using _ = await OutputLock.acquire(target);
    const error = await rejection(downloadByUri(URI, { longestSilence: 400 }), "OUTPUT_LOCKED");
    expect(error.place.file).toBe(target);
    expect(hub.asked).toEqual([]);
  });

  it("goes through the proxy of the environment, but for what needs none", async () => {
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on("connect", ({ url = "" }, client) => {
      asked.push(url);
      const { port } = new URL(hub.origin);
      const upstream = connect(Number(port), "127.0.0.1", () => {
        client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        upstream.pipe(client).pipe(upstream);
      });
      upstream.on("error", () => client.destroy());
      client.on("error", () => upstream.destroy());
    });
    vi.stubEnv("HTTP_PROXY", await listening(proxy));
    vi.stubEnv("MODEL_ENDPOINT", "http://hub.invalid");
    // The hub sends on to the content's server, which is this machine.
    vi.stubEnv("NO_PROXY", "localhost, .example.org:8080, 127.0.0.1");
    expect(await readFile(await downloadByUri(URI), "utf8")).toBe(CONTENT);
    expect([...new Set(asked)]).toEqual(["hub.invalid:80"]);
  });

  it("leaves everybody else's fetch as it is", async () => {
    const before = globalThis.fetch;
    await downloadByUri(URI);
    expect(globalThis.fetch).toBe(before);
  });

  it.each(["hf:user", "hf:user/model/../../x.gguf", "hf:user/model/a//b.gguf", "hf:../model:Q4"])(
    "%s is refused",
    async (uri) => {
      await rejection(downloadByUri(uri), "INVALID_ARGUMENT");
      expect(hub.asked).toEqual([]);
    },
  );

  it("of an endpoint that is none is refused", async () => {
    vi.stubEnv("MODEL_ENDPOINT", "hub.example.org");
    const error = await rejection(downloadByUri(URI), "INVALID_ARGUMENT");
    expect(error.message).toContain("MODEL_ENDPOINT");
  });
});
