import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { downloadByUri } from "../../../src/engine/models/hub-download.ts";
import { rejection } from "../../support/errors.ts";
import { scratchFolder } from "../../support/scratch.ts";
import { listening } from "./fake-hub.ts";

const resolveModelFile = vi.hoisted(() => vi.fn());
vi.mock("node-llama-cpp", () => ({ resolveModelFile }));

const URI = "hf:user/model/file.gguf";

beforeEach(async () => {
  vi.stubEnv("LAGER_HOME", await scratchFolder());
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"]) {
    vi.stubEnv(name, "");
    vi.stubEnv(name.toLowerCase(), "");
  }
  resolveModelFile.mockReset();
});

afterEach(() => {
  vi.unstubAllEnvs();
});

/** As the downloader does it: a connection that fails is tried again and again. */
async function tryForEver(url: string, tries: { count: number }): Promise<string> {
  for (;;) {
    tries.count++;
    try {
      return await (await fetch(url)).text();
    } catch (error) {
      if (error instanceof Error && "bail" in error) throw error;
      await setTimeout(5);
    }
  }
}

describe("a download by URI", () => {
  it("that hears nothing of its signal ends with it all the same", async () => {
    resolveModelFile.mockReturnValue(new Promise(() => {}));
    const controller = new AbortController();
    const downloading = downloadByUri(URI, { signal: controller.signal });
    await vi.waitFor(() => expect(resolveModelFile).toHaveBeenCalled());
    controller.abort("enough");
    expect((await rejection(downloading, "ABORTED")).cause).toBe("enough");
  });

  it("is given up when nothing comes any more, and not while something comes", async () => {
    let ended: AbortSignal | undefined;
    resolveModelFile.mockImplementation(async (_uri, { onProgress, signal }) => {
      ended = signal;
      for (let bytes = 1; bytes <= 8; bytes++) {
        await setTimeout(50);
        onProgress({ downloadedSize: bytes, totalSize: 100 });
      }
      return new Promise(() => {});
    });
    const told: number[] = [];
    const onProgress = ({ bytes }: { bytes: number }) => told.push(bytes);
    const error = await rejection(
      downloadByUri(URI, { longestSilence: 300, onProgress }),
      "DOWNLOAD_FAILED",
    );
    expect(error.message).toContain("nothing has come for 0.3 s");
    expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(ended?.aborted).toBe(true);
  });

  it("without a network fails soon with the network's own error, and tries no more", async () => {
    const server = createServer();
    const url = await listening(server);
    server.close();
    await once(server, "close");
    const tries = { count: 0 };
    let behind: Promise<unknown> = Promise.resolve();
    resolveModelFile.mockImplementation(() => {
      behind = tryForEver(url, tries);
      behind.catch(() => {});
      return behind;
    });
    const error = await rejection(downloadByUri(URI), "DOWNLOAD_FAILED");
    expect(error.message).toContain("ECONNREFUSED");
    expect(error.cause).toMatchObject({ cause: { code: "ECONNREFUSED" } });
    await expect(behind).rejects.toMatchObject({ bail: true });
    expect(tries.count).toBeLessThan(20);
  });

  it("goes through the proxy of the environment, but for what needs none", async () => {
    const hub = await listening(createServer((_, response) => response.end("the file")));
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on("connect", ({ url = "" }, client) => {
      asked.push(url);
      const { port } = new URL(hub);
      const upstream = connect(Number(port), "127.0.0.1", () => {
        client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        upstream.pipe(client).pipe(upstream);
      });
    });
    vi.stubEnv("HTTP_PROXY", await listening(proxy));
    vi.stubEnv("NO_PROXY", "localhost, .example.org:8080, 127.0.0.1");
    resolveModelFile.mockImplementation(async () => {
      const far = await (await fetch("http://hub.invalid/file.gguf")).text();
      const near = await (await fetch(hub)).text();
      return `${far}, ${near}`;
    });
    expect(await downloadByUri(URI)).toBe("the file, the file");
    expect(asked).toEqual(["hub.invalid:80"]);
  });

  it("leaves everybody else's fetch as it is", async () => {
    const before = globalThis.fetch;
    resolveModelFile.mockResolvedValue("/file.gguf");
    expect(await downloadByUri(URI)).toBe("/file.gguf");
    expect(globalThis.fetch).toBe(before);
  });
});
