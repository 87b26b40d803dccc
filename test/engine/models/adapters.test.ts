import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { adaptedSha256, resolveAdapters } from "../../../src/engine/models/adapters.ts";
import { scratchFolder } from "../../support/scratch.ts";

let folder: string;

beforeEach(async () => {
  folder = await scratchFolder();
  vi.stubEnv("LAGER_HOME", path.join(folder, "home"));
  await writeFile(path.join(folder, "a.gguf"), "GGUF a");
});

afterEach(() => {
  vi.unstubAllEnvs();
});

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("resolveAdapters", () => {
  it("hashes the file; the scale is 1 unless it is given", async () => {
    const file = path.join(folder, "a.gguf");
    expect(await resolveAdapters([{ path: file }, { path: file, scale: 0.5 }])).toEqual([
      { path: file, scale: 1, sha256: sha256("GGUF a") },
      { path: file, scale: 0.5, sha256: sha256("GGUF a") },
    ]);
  });

  it.each([
    ["a scale of 0", { path: "a.gguf", scale: 0 }],
    ["a scale that is 0 as float32", { path: "a.gguf", scale: 1e-50 }],
    ["a scale that is no number", { path: "a.gguf", scale: Number.NaN }],
    ["a scale given as text", { path: "a.gguf", scale: "1" as never }],
    ["a path that is none", { path: 7 as never }],
  ])("refuses %s", async (_, adapter) => {
    await expect(resolveAdapters([adapter])).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  it.each([
    ["is not there", "none.gguf"],
    ["is a folder", "."],
  ])("refuses a file that %s", async (_, name) => {
    await expect(resolveAdapters([{ path: path.join(folder, name) }])).rejects.toMatchObject({
      code: "UNREADABLE_FILE",
    });
  });
});

describe("adaptedSha256", () => {
  const [judge, a, b] = [sha256("judge"), sha256("a"), sha256("b")];
  const adapter = (hash: string, scale: number) => ({ path: "/x.gguf", scale, sha256: hash });

  it("is the judge's own without adapters", () => {
    expect(adaptedSha256(judge, [])).toBe(judge);
  });

  it("is the hash of all hashes and scales, a line each", () => {
    expect(adaptedSha256(judge, [adapter(a, 1), adapter(b, 0.5)])).toBe(
      sha256(`${judge}\n${a} 1\n${b} 0.5\n`),
    );
  });

  it("tells order, scale and adapter apart, and not where the file lies", () => {
    const one = adaptedSha256(judge, [adapter(a, 1), adapter(b, 1)]);
    const others = [
      [adapter(b, 1), adapter(a, 1)],
      [adapter(a, 1), adapter(b, 2)],
      [adapter(a, 1)],
    ].map((adapters) => adaptedSha256(judge, adapters));
    expect(new Set([one, ...others]).size).toBe(4);
    const elsewhere = [adapter(a, 1), { ...adapter(b, 1), path: "/y.gguf" }];
    expect(adaptedSha256(judge, elsewhere)).toBe(one);
  });
});
