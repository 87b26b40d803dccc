import { mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { nativeAddon } from "../../src/engine/addon/load-addon.ts";
import { cachedSha256 } from "../../src/engine/models/file-hash.ts";
import { judgeLayouts } from "../../src/engine/models/layout-choice.ts";
import type { Preparation } from "../../src/engine/models/prepared.ts";
import { selectBackend } from "../../src/engine/native/backend.ts";
import { rewriteWeights } from "../../src/engine/native/rewrite-weights.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";
import { CLI_JUDGE, record, withTinyJudge } from "../support/tiny-cli.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

it("prepare measures the layouts and leaves nothing but what it kept", async () => {
  const home = await scratchFolder();
  const env = { LAGER_HOME: home };
  const file = tinyGguf(CLI_JUDGE);
  const { exitCode, stdout, stderr } = await lager(
    ["judges", "prepare", file, "--threads", "1", "--json"],
    { env },
  );
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const preparation = JSON.parse(stdout) as Preparation;
  expect(preparation.sourceSha256).toBe(await cachedSha256(file));
  expect(preparation.figures.map(({ layout }) => layout)).toEqual([
    ...["as it is", "F16", "BF16", "Q8_0"],
  ]);
  for (const { tokensPerSecond, bytes, difference } of preparation.figures) {
    expect(tokensPerSecond).toBeGreaterThan(0);
    expect(bytes).toBeGreaterThan(10_000);
    expect(difference).toBeLessThan(1);
  }
  const kept = preparation.figures[judgeLayouts(preparation.figures).indexOf("kept")];
  expect(preparation.kept?.type).toBe(kept?.layout);
  const left = await readdir(path.join(home, "models"));
  expect(left).toHaveLength(preparation.kept === null ? 1 : 2);
});

it("score uses the prepared file when asked, and the header says so", async () => {
  const home = await scratchFolder();
  const env = { LAGER_HOME: home };
  const source = tinyGguf(CLI_JUDGE);
  const sourceSha256 = await cachedSha256(source);
  const models = path.join(home, "models");
  await mkdir(models);
  const file = "rewritten.gguf";
  await rewriteWeights(nativeAddon(), source, path.join(models, file), "BF16");
  const sha256 = await cachedSha256(path.join(models, file));
  const figures: Preparation["figures"] = [];
  const { cpuFeatures } = await selectBackend(nativeAddon(), "off");
  const kept = { type: "BF16", file, sha256 };
  const preparation = { schema: 1, sourceSha256, cpuFeatures, figures, kept };
  await writeLines(path.join(models, `prepared-${sourceSha256.slice(0, 16)}.json`), [preparation]);

  const data = await writeLines(path.join(home, "data.jsonl"), [record("a")]);
  const header = async (...options: string[]) => {
    const args = ["score", data, ...withTinyJudge(), "--format", "json", "-q", ...options];
    const { exitCode, stdout, stderr } = await lager(args, { env });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    return JSON.parse(stdout.split("\n")[0] ?? "") as { judge: object; options: object };
  };
  const prepared = await header("--prepared", "auto");
  expect(prepared.judge).toMatchObject({ sha256, quantization: expect.stringContaining("BF16") });
  expect(prepared.options).toMatchObject({ prepared: { type: "BF16", sourceSha256 } });
  const own = await header();
  expect(own.judge).toMatchObject({ sha256: sourceSha256 });
  expect(own.options).not.toHaveProperty("prepared");
});
