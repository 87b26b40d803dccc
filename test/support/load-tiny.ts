import { onTestFinished } from "vitest";
import type { EngineOptions } from "../../src/engine/native/engine-options.ts";
import { JudgeEngine } from "../../src/engine/native/judge-engine.ts";
import { tinyGguf } from "./tiny-judges.ts";

/**
 * What tests of generated models run on: the CPU, for its bits, and one thread, because several
 * wait for each other and would be slowed down tenfold by anything else that runs.
 */
export const ON_ONE_THREAD = { gpu: "off", threads: 1 } as const;

/** Loads a generated model for the running test, which disposes it at its end. */
export async function loadTiny(name: string, options: EngineOptions = {}): Promise<JudgeEngine> {
  const engine = await JudgeEngine.load(tinyGguf(name), { ...ON_ONE_THREAD, ...options });
  onTestFinished(() => engine.dispose());
  return engine;
}
