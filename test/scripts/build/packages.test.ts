import { cp, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { startNode } from "../../support/run-process.ts";
import { scratchFolder } from "../../support/scratch.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const SCRIPT = path.join(ROOT, "scripts/build/packages.mjs");

/** A package registry that has these versions of packages, by name, and no tarballs. */
async function startRegistry(packages: Readonly<Record<string, readonly string[]>>) {
  const server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? "").slice(1));
    const versions = packages[name];
    if (versions === undefined) return void response.writeHead(404).end("{}");
    const entries = versions.map((version) => [version, { name, version, dist: {} }]);
    const latest = { latest: versions.at(-1) };
    const answer = { name, "dist-tags": latest, versions: Object.fromEntries(entries) };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, [Symbol.dispose]: () => server.close() };
}

// npm is a batch file there, which cannot be started without a shell.
describe.skipIf(process.platform === "win32")("the packages of other platforms", () => {
  it("are not made of libraries that the registry does not have, which is said of each", async () => {
    using registry = await startRegistry({ "@node-llama-cpp/mac-x64": ["3.20.0", "3.21.1"] });
    const root = await scratchFolder();
    await cp(path.join(ROOT, "package.json"), path.join(root, "package.json"));
    const env = {
      npm_config_registry: registry.url,
      npm_config_cache: path.join(root, "cache"),
      npm_config_fetch_retries: "0",
    };
    const args = ["--root", root, "--platform", "darwin-x64,win32-x64", "--libraries", "99.0.0"];
    const { exitCode, stdout, stderr } = await startNode([SCRIPT, ...args], { env }).end;
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 1,
      stdout: "",
      stderr:
        "darwin-x64 cannot be had here: @node-llama-cpp/mac-x64 99.0.0 is not in this registry; " +
        "the newest is 3.21.1\nwin32-x64 cannot be had here: @node-llama-cpp/win-x64 99.0.0 is not " +
        "in this registry, nor is any other version\n",
    });
    expect(await readdir(path.join(root, "build/trials"))).toEqual([]);
  });

  it("are of the platforms that there are", async () => {
    const { exitCode, stderr } = await startNode([SCRIPT, "--platform", "amiga-m68k"]).end;
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^amiga-m68k is no platform; there are linux-x64, linux-arm64, /);
  });
});
