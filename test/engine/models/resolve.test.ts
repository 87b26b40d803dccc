import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, rename, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { resolveAdapters } from "../../../src/engine/models/adapters.ts";
import { CATALOG } from "../../../src/engine/models/catalog.ts";
import { cachedSha256 } from "../../../src/engine/models/file-hash.ts";
import { machineMemory, memoryFit } from "../../../src/engine/models/judge-memory.ts";
import type { ModelProgress } from "../../../src/engine/models/model-progress.ts";
import {
  isCached,
  type ListedJudge,
  listJudges,
  resolveJudge,
  verifyJudge,
} from "../../../src/engine/models/resolve.ts";
import { rejection } from "../../support/errors.ts";
import { scratchFolder } from "../../support/scratch.ts";
import { FakeHub } from "./fake-hub.ts";
import { ggufHeader } from "./gguf-header.ts";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await scratchFolder();
  file = path.join(folder, "judge.gguf");
  await writeFile(file, "GGUF one");
  // A whole second, which utimes can set again exactly.
  await utimes(file, 1_000_000_000, 1_000_000_000);
  vi.stubEnv("LAGER_HOME", path.join(folder, "home"));
});

afterEach(() => {
  vi.unstubAllEnvs();
});

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Changes the content but neither size nor time of modification. */
async function changeUnnoticed(target: string, content: string): Promise<void> {
  const { atime, mtime } = await stat(target);
  await writeFile(target, content);
  await utimes(target, atime, mtime);
}

describe("resolveJudge", () => {
  it("takes a path as it is", async () => {
    expect(await resolveJudge(file)).toEqual({
      name: file,
      path: file,
      sha256: sha256("GGUF one"),
    });
  });

  it("suggests the name that was probably meant", async () => {
    await expect(resolveJudge("smolm2-135m")).rejects.toMatchObject({
      code: "UNKNOWN_JUDGE",
      message: expect.stringMatching(/did you mean smollm2-135m\?.*qwen2\.5-coder-1\.5b/),
    });
    await expect(resolveJudge("gemma3")).rejects.toThrow(/did you mean gemma3-270m\?/);
  });

  it("suggests nothing for a path that is not there", async () => {
    const error = await resolveJudge("./models/other.gguf").catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "UNKNOWN_JUDGE" });
    expect(String(error)).not.toContain("did you mean");
  });

  it("refuses a folder", async () => {
    await expect(resolveJudge(folder)).rejects.toMatchObject({
      code: "UNKNOWN_JUDGE",
      message: expect.stringContaining("this is a folder"),
    });
  });

  it.each([
    ["adapter", "a LoRA adapter"],
    ["imatrix", "an importance matrix"],
    ["mmproj", "a projector"],
    ["constructor", "no model"],
  ])("says what a GGUF file is that is no model: %s", async (type, what) => {
    await writeFile(file, ggufHeader({ "general.architecture": "llama", "general.type": type }));
    const error = await rejection(resolveJudge(file), "UNSUPPORTED_JUDGE");
    expect(error.message).toContain(what);
    await writeFile(file, ggufHeader({ "general.type": "model" }));
    expect((await resolveJudge(file)).path).toBe(file);
  });

  it.skipIf(process.platform === "win32")("refuses a pipe and a device", async () => {
    const pipe = path.join(folder, "pipe.gguf");
    execFileSync("mkfifo", [pipe]);
    for (const special of [pipe, "/dev/zero"]) {
      const error = await rejection(resolveJudge(special), "UNREADABLE_FILE");
      expect(error.message).toContain("no regular file");
      await rejection(resolveAdapters([{ path: special }]), "UNREADABLE_FILE");
    }
  });

  it("ends with the signal", async () => {
    await expect(resolveJudge(file, { signal: AbortSignal.abort("stop") })).rejects.toMatchObject({
      code: "ABORTED",
      cause: "stop",
    });
  });

  it("hashes every part of a split model", async () => {
    const parts = [1, 2].map((i) => path.join(folder, `big-0000${i}-of-00002.gguf`));
    for (const [i, part] of parts.entries()) await writeFile(part, `part ${i}`);
    const first = parts[0] ?? "";
    const { sha256: fingerprint } = await resolveJudge(first);
    expect(fingerprint).toBe(sha256(`${sha256("part 0")}\n${sha256("part 1")}\n`));
    await rm(parts[1] ?? "");
    await expect(resolveJudge(first)).rejects.toMatchObject({
      code: "UNREADABLE_FILE",
      place: { file: parts[1] },
    });
  });
});

describe("resolveJudge with an hf: URI", () => {
  let hub: FakeHub;

  beforeEach(async () => {
    hub = await FakeHub.start();
  });

  it("downloads it into the models folder", async () => {
    hub.add("user/model-GGUF/model-Q8_0.gguf", "GGUF one");
    const told: ModelProgress[] = [];
    const judge = await resolveJudge("hf:user/model-GGUF:Q8_0", {
      onProgress: (progress) => told.push(progress),
    });
    expect(judge).toEqual({
      name: "hf:user/model-GGUF:Q8_0",
      path: path.join(folder, "home", "models", "hf--user--model-GGUF--Q8_0.gguf"),
      sha256: sha256("GGUF one"),
    });
    expect(told[0]).toEqual({ phase: "download", bytes: 8, totalBytes: 8 });
  });

  it("reports a failed download with its cause", async () => {
    const error = await rejection(resolveJudge("hf:user/none"), "DOWNLOAD_FAILED");
    expect(error.message).toContain("hf:user/none");
    expect(error.cause).toBeInstanceOf(Error);
  });

  it("tells an abort from a failure", async () => {
    hub.add("user/model/m.gguf", "GGUF one");
    hub.faults.push({ stallAfter: 4 });
    const controller = new AbortController();
    const downloading = resolveJudge("hf:user/model/m.gguf", {
      signal: controller.signal,
      onProgress: () => controller.abort("stop"),
    });
    expect((await rejection(downloading, "ABORTED")).cause).toBe("stop");
  });
});

describe("cachedSha256", () => {
  it("reads a file once while it stays the same", async () => {
    await cachedSha256(file);
    await changeUnnoticed(file, "GGUF two");
    expect(await cachedSha256(file)).toBe(sha256("GGUF one"));
  });

  it("reads it again when it is asked to", async () => {
    await cachedSha256(file);
    await changeUnnoticed(file, "GGUF two");
    expect(await cachedSha256(file, { fresh: true })).toBe(sha256("GGUF two"));
    expect(await cachedSha256(file)).toBe(sha256("GGUF two"));
  });

  it("reads it again when its time or size is another", async () => {
    await cachedSha256(file);
    await changeUnnoticed(file, "GGUF three");
    expect(await cachedSha256(file)).toBe(sha256("GGUF three"));
    await writeFile(file, "GGUF seven");
    await utimes(file, 1, 1);
    expect(await cachedSha256(file)).toBe(sha256("GGUF seven"));
  });

  it("reads it again when another file has taken its place", async () => {
    await cachedSha256(file);
    const { atime, mtime } = await stat(file);
    const other = path.join(folder, "other");
    await writeFile(other, "GGUF two");
    await utimes(other, atime, mtime);
    await rename(other, file);
    expect(await cachedSha256(file)).toBe(sha256("GGUF two"));
  });

  it("does without a cache folder that cannot be written", async () => {
    await writeFile(path.join(folder, "home"), "a file in the way");
    expect(await cachedSha256(file)).toBe(sha256("GGUF one"));
  });

  it("does without a record that is broken", async () => {
    await cachedSha256(file);
    const records = path.join(folder, "home", "hashes");
    const names = await readdir(records);
    expect(names).toHaveLength(1);
    await writeFile(path.join(records, names[0] ?? ""), '{"sha256":');
    expect(await cachedSha256(file)).toBe(sha256("GGUF one"));
  });

  it("tells how much it has read, and can be ended", async () => {
    await truncate(file, 64 * 1024 * 1024);
    const told: number[] = [];
    const controller = new AbortController();
    const hash = cachedSha256(file, {
      signal: controller.signal,
      onProgress: ({ bytes }) => {
        told.push(bytes);
        controller.abort("stop");
      },
    });
    await expect(hash).rejects.toMatchObject({ code: "ABORTED", cause: "stop" });
    expect(told).toEqual([16 * 1024 * 1024]);
  });
});

describe("the list of named judges", () => {
  it("says which are there, by their size", async () => {
    const judges = await listJudges();
    expect(judges.map((judge) => judge.name)).toEqual(CATALOG.map(({ name }) => name));
    expect(judges.map((judge) => judge.cached)).toEqual(CATALOG.map(() => false));

    const smol = judges[0];
    if (smol === undefined) throw new Error("the list is empty");
    await mkdir(path.dirname(smol.path), { recursive: true });
    await writeFile(smol.path, "");
    expect(await isCached("smollm2-135m")).toBe(false);
    // Sparse: takes no room.
    await truncate(smol.path, smol.size);
    expect(await isCached("smollm2-135m")).toBe(true);
    expect(await isCached("unheard-of")).toBe(false);
  });

  async function listed(name: string): Promise<ListedJudge> {
    const judge = (await listJudges()).find((each) => each.name === name);
    if (judge === undefined) throw new Error(`${name} is not in the list`);
    return judge;
  }

  it("takes a judge of the hub for there as the hub said it is, and verifies it by that", async () => {
    const { path: target, cached } = await listed("qwen3-8b");
    expect(cached).toBe(false);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, "GGUF, 8B");
    const record = { schema: 1, url: "http://hub/a/b/resolve/main/c.gguf", size: 8 };
    await writeFile(
      `${target}.hub.json`,
      JSON.stringify({ ...record, sha256: sha256("GGUF, 8B") }),
    );
    expect((await listed("qwen3-8b")).cached).toBe(true);
    expect((await verifyJudge("qwen3-8b")).sha256).toBe(sha256("GGUF, 8B"));
    const hub = await FakeHub.start();
    expect((await resolveJudge("qwen3-8b")).sha256).toBe(sha256("GGUF, 8B"));
    expect(hub.asked).toEqual([]);
    await rm(target);
    hub.add("Qwen/Qwen3-8B-GGUF/Qwen3-8B-Q4_K_M.gguf", "GGUF, 8B");
    expect(await resolveJudge("qwen3-8b")).toMatchObject({ path: target });
    await writeFile(target, "GGUF, 9B");
    await rejection(verifyJudge("qwen3-8b"), "CHECKSUM_MISMATCH");
    await writeFile(target, "GGUF");
    expect(await isCached("qwen3-8b")).toBe(false);
  });

  it("says what fits into this machine's memory", async () => {
    const judges = await listJudges();
    for (const { memory, size, fits } of judges) {
      expect(memory).toBeGreaterThan(size);
      expect(fits).toBe(memoryFit(memory, machineMemory()));
    }
    expect((await listed("smollm2-135m")).fits).toBe("yes");
  });

  it("verifies by reading, and says what it found", async () => {
    await expect(verifyJudge("gemma3-270m")).rejects.toMatchObject({
      code: "UNREADABLE_FILE",
      message: expect.stringContaining("lager judges pull gemma3-270m"),
    });
    const gemma = await listed("gemma3-270m");
    await mkdir(path.dirname(gemma.path), { recursive: true });
    await writeFile(gemma.path, "GGUF but another one");
    await expect(verifyJudge("gemma3-270m")).rejects.toMatchObject({
      code: "CHECKSUM_MISMATCH",
      message: expect.stringContaining(sha256("GGUF but another one")),
    });
    await cachedSha256(file);
    await changeUnnoticed(file, "GGUF two");
    expect((await verifyJudge(file)).sha256).toBe(sha256("GGUF two"));
  });
});
