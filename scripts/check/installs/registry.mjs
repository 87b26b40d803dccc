import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { runProgram } from "../run-program.mjs";

/**
 * A package registry on loopback that has the packages of a folder, as `npm run packages` fills it, and
 * sends on to the one that npm is configured with for all others.
 *
 * @param {string} folder
 * @returns {Promise<{ url: string, close(): void }>}
 */
export async function startRegistry(folder) {
  const { stdout: upstream } = await runProgram("npm", ["config", "get", "registry"]);
  /** @type {Map<string, (url: string) => string | Buffer>} */
  const answers = new Map();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    const answer = answers.get(decodeURIComponent(pathname));
    if (answer === undefined) {
      // Below the other's own path, where it has one.
      const location = upstream.trim().replace(/\/+$/, "") + request.url;
      response.writeHead(307, { location }).end();
      return;
    }
    const body = answer(`http://${request.headers.host}`);
    const type = typeof body === "string" ? "application/json" : "application/octet-stream";
    response.writeHead(200, { "content-type": type }).end(body);
  });
  for (const name of readdirSync(folder)) {
    if (!name.startsWith("lager-judge") || name.endsWith(".tgz")) continue;
    const text = readFileSync(path.join(folder, name, "package.json"), "utf8");
    const manifest = JSON.parse(text);
    const file = `${name}-${manifest.version}.tgz`;
    const bytes = readFileSync(path.join(folder, file));
    const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
    const shasum = createHash("sha1").update(bytes).digest("hex");
    const target = `/${manifest.name}/-/${file}`;
    answers.set(target, () => bytes);
    answers.set(`/${manifest.name}`, (url) =>
      JSON.stringify({
        name: manifest.name,
        "dist-tags": { latest: manifest.version },
        versions: {
          [manifest.version]: { ...manifest, dist: { tarball: url + target, integrity, shasum } },
        },
      }),
    );
  }
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(null)));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}
