import type * as ChildProcesses from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished, vi } from "vitest";
import { EngineChild } from "../../../src/engine/process/engine-child.ts";
import { scratchFolder } from "../../support/scratch.ts";

const FAKE = fileURLToPath(new URL("children/fake-engine.mjs", import.meta.url));

/** A runtime whose channel to a child cannot be let go of, as Bun's is. */
vi.mock("node:child_process", async (original) => {
  const real = await original<typeof ChildProcesses>();
  const fork = (...args: Parameters<typeof real.fork>) => {
    const child = real.fork(...args);
    Object.assign(child.channel ?? {}, { ref: undefined, unref: undefined });
    return child;
  };
  return { ...real, fork };
});

it("an engine's process works where its channel cannot be let go of", async () => {
  vi.stubEnv("FAKE_ENGINE_LOG", path.join(await scratchFolder(), "log"));
  vi.stubEnv("FAKE_ENGINE_PLAN", "");
  onTestFinished(() => void vi.unstubAllEnvs());
  const child = new EngineChild({ file: FAKE, hangMs: 20_000, graceMs: 300 }, () => {});
  onTestFinished(() => child.kill());
  const call = { libraryDirectory: "lib", plugins: [], verbose: false };
  const { result } = child.call<"initialize">({ method: "initialize", ...call });
  expect(await result).toMatchObject({ release: expect.any(String) });
});
