import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { modelsFolder } from "../../../src/engine/models/cache.ts";
import {
  findPrepared,
  type Preparation,
  preparedPath,
  readPreparation,
  removeAbandoned,
  removeReplaced,
  writePreparation,
} from "../../../src/engine/models/prepared.ts";
import { scratchFolder } from "../../support/scratch.ts";

const SOURCE = "ab".repeat(32);
const CPU = "AVX2";
const CONTENT = "the rewritten weights";
/** A cache folder of the test's own. */
async function emptyCache(): Promise<void> {
  const home = process.env.LAGER_HOME;
  onTestFinished(() => {
    if (home === undefined) delete process.env.LAGER_HOME;
    else process.env.LAGER_HOME = home;
  });
  process.env.LAGER_HOME = await scratchFolder();
  await mkdir(modelsFolder(), { recursive: true });
}

function preparation(kept: Preparation["kept"]): Preparation {
  return {
    schema: 1,
    sourceSha256: SOURCE,
    cpuFeatures: CPU,
    llama: "0.5.0",
    figures: [{ layout: "as it is", bytes: 1, tokensPerSecond: 2, difference: 0 }],
    kept,
  };
}

async function keepBf16(): Promise<string> {
  await emptyCache();
  const file = preparedPath(SOURCE, "BF16");
  await writeFile(file, CONTENT);
  const sha256 = createHash("sha256").update(CONTENT).digest("hex");
  await writePreparation(preparation({ type: "BF16", file: path.basename(file), sha256 }));
  return sha256;
}

describe("a prepared judge", () => {
  it("is found by the hash of the judge's own file", async () => {
    const sha256 = await keepBf16();
    const file = preparedPath(SOURCE, "BF16");
    expect(await findPrepared(SOURCE, CPU)).toEqual({ path: file, type: "BF16", sha256 });
    // Hashes are shortened in file names, so a name alone proves nothing.
    expect(await findPrepared(`${SOURCE.slice(0, 16)}${"0".repeat(48)}`, CPU)).toBeNull();
    expect(await findPrepared("cd".repeat(32), CPU)).toBeNull();
  });

  it("is none where the judge is fastest as it is, and that is remembered", async () => {
    await emptyCache();
    await writePreparation(preparation(null));
    expect(await findPrepared(SOURCE, CPU)).toBeNull();
    expect(await readPreparation(SOURCE)).toEqual(preparation(null));
  });

  it("that is gone is none; one that was changed is an error", async () => {
    await keepBf16();
    await writeFile(preparedPath(SOURCE, "BF16"), "other weights");
    await expect(findPrepared(SOURCE, CPU)).rejects.toMatchObject({ code: "CHECKSUM_MISMATCH" });
    await rm(preparedPath(SOURCE, "BF16"));
    expect(await findPrepared(SOURCE, CPU)).toBeNull();
  });

  it("that was measured with other kernels is none", async () => {
    await keepBf16();
    expect(await findPrepared(SOURCE, "AVX2 AVX512")).toBeNull();
  });

  it("is removed when another takes its place, and stays when it is named again", async () => {
    await keepBf16();
    const before = await readPreparation(SOURCE);
    if (before === null) throw new Error("it was kept");
    await removeReplaced(before, before);
    expect(await findPrepared(SOURCE, CPU)).not.toBeNull();
    await removeReplaced(before, preparation(null));
    await expect(access(preparedPath(SOURCE, "BF16"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("whose record is cut or leads elsewhere is none", async () => {
    await keepBf16();
    const record = path.join(modelsFolder(), `prepared-${SOURCE.slice(0, 16)}.json`);
    await writeFile(record, '{"schema":1,"sourceSha');
    expect(await findPrepared(SOURCE, CPU)).toBeNull();
    const elsewhere = preparation({ type: "BF16", file: "../../etc/x", sha256: "0" });
    await writeFile(record, JSON.stringify(elsewhere));
    expect(await findPrepared(SOURCE, CPU)).toBeNull();
  });
});

it("what a killed preparation left is removed, what a running one writes stays", async () => {
  await emptyCache();
  const ended = spawnSync(process.execPath, ["--version"]).pid;
  const left = `${preparedPath(SOURCE, "BF16")}.${ended}.part`;
  const mine = `${preparedPath(SOURCE, "F16")}.${process.pid}.part`;
  const kept = preparedPath(SOURCE, "Q8_0");
  for (const file of [left, mine, kept]) await writeFile(file, CONTENT);
  await removeAbandoned();
  await expect(access(left)).rejects.toThrow("ENOENT");
  for (const file of [mine, kept]) await access(file);
});
