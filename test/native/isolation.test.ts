import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { EngineHost } from "../../src/engine/native/engine-host.ts";
import { JudgeEngine } from "../../src/engine/native/judge-engine.ts";
import { requireTried } from "../../src/engine/native/trial-load.ts";
import { bitsOf } from "../support/bits.ts";
import { rejection } from "../support/errors.ts";
import { loadTiny, ON_ONE_THREAD } from "../support/load-tiny.ts";
import { isRunning, untilGone } from "../support/process-state.ts";
import { LABELS, tokenPrompt } from "../support/prompts.ts";
import { startNode } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

const PROCESS = { isolation: "process" } as const;

describe("an engine in a process of its own", () => {
  it("gives the bits that it gives in this one", async () => {
    const here = await loadTiny("llama-q4_k");
    const there = await loadTiny("llama-q4_k", PROCESS);
    expect(there.pid).not.toBe(null);
    expect(there.info).toEqual(here.info);
    expect(there.specialTokens).toEqual(here.specialTokens);
    expect(there.metadata()).toEqual(here.metadata());
    const prompts = [tokenPrompt(300, 30_000), tokenPrompt(90, 30_000, 2)];
    for (const options of [{}, { hidden: true }, { plainAttention: true }, { fresh: true }]) {
      for (const prompt of prompts) {
        const [a, b] = [
          await here.capture(prompt, LABELS, options),
          await there.capture(prompt, LABELS, options),
        ];
        expect(bitsOf(b)).toEqual(bitsOf(a));
      }
    }
    const generate = { maxTokens: 5 };
    const [a, b] = await Promise.all(
      [here, there].map((engine) => engine.turn((turn) => turn.generate(LABELS, generate))),
    );
    expect(b).toEqual(a);
    const text = [{ text: "Ein Maß für 1000 \u{1f642}", special: true }];
    expect(await there.tokenize(text)).toEqual(await here.tokenize(text));
    expect(await there.textOf(b?.tokens ?? [])).toBe(await here.textOf(a?.tokens ?? []));
    expect(there.decodeSeconds).toBeGreaterThan(0);
  });

  it("is killed in the middle of a capture, and gives its bits all the same", async () => {
    const engine = await loadTiny("llama-spm-tied", PROCESS);
    const prompt = tokenPrompt(4000, 30_000);
    const before = bitsOf(await engine.capture(prompt, LABELS));
    for (const signal of ["SIGKILL", "SIGABRT"] as const) {
      const { pid } = engine;
      const capture = engine.capture(prompt, LABELS, { fresh: true });
      await new Promise((resolve) => setTimeout(resolve, 20));
      process.kill(pid ?? 0, signal);
      expect(bitsOf(await capture)).toEqual(before);
      expect(engine.pid).not.toBe(pid);
    }
  });

  it("takes no notice of a terminal's signals, and ends when it is disposed", async () => {
    const engine = await loadTiny("llama-spm-tied", PROCESS);
    const pid = engine.pid ?? 0;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.kill(pid, signal);
    await engine.capture(tokenPrompt(40, 30_000), LABELS);
    expect(engine.pid).toBe(pid);
    await engine.dispose();
    await untilGone(pid);
    await rejection(engine.capture(tokenPrompt(40, 30_000), LABELS), "DISPOSED");
  });

  it("says what is wrong with a file as the addon does", async () => {
    for (const name of ["not-a-gguf", "truncated"]) {
      await rejection(loadTiny(name, PROCESS), "INVALID_GGUF");
    }
    await rejection(
      loadTiny("llama-spm-tied", { ...PROCESS, contextSize: -1 }),
      "INVALID_ARGUMENT",
    );
  });
});

describe("an engine in this process", () => {
  const file = tinyGguf("llama-spm-tied");

  it("loads a file that is new here in a child first, and remembers that it went well", async () => {
    vi.stubEnv("LAGER_HOME", await scratchFolder());
    onTestFinished(() => void vi.unstubAllEnvs());
    const pids: (number | null)[] = [];
    const load = async ({ pid }: EngineHost) => void pids.push(pid);
    await requireTried(file, ON_ONE_THREAD, load);
    await requireTried(file, ON_ONE_THREAD, load);
    expect(pids).toEqual([expect.any(Number)]);
    await requireTried(file, { ...ON_ONE_THREAD, lora: [{ path: tinyGguf("lora-head") }] }, load);
    await requireTried(file, { threads: 1 }, load);
    expect(pids).toHaveLength(3);
  });

  it("refuses a file that ends the child, again and again", async () => {
    vi.stubEnv("LAGER_HOME", await scratchFolder());
    onTestFinished(() => void vi.unstubAllEnvs());
    const load = async (host: EngineHost) => {
      const loading = JudgeEngine.loadOn(host, file, ON_ONE_THREAD);
      process.kill(host.pid ?? 0, "SIGABRT");
      await (await loading).dispose();
    };
    for (let i = 0; i < 2; i++) {
      const error = await rejection(requireTried(file, ON_ONE_THREAD, load), "ENGINE_CRASHED");
      expect(error.message).toContain("was ended by SIGABRT");
    }
  });
});

// The way in which a process is looked for is Linux's.
describe.skipIf(process.platform !== "linux")("the engine's process ends with its parent", () => {
  it.each(["idle", "capturing", "loading"])("that is killed while %s", async (when) => {
    const script = fileURLToPath(new URL("children/with-process.mjs", import.meta.url));
    const { child, end } = startNode([script, tinyGguf("llama-spm-tied"), when]);
    const pid = await new Promise<number>((resolve) => {
      child.stdout?.once("data", (text: Buffer) => resolve(Number(text)));
    });
    expect(isRunning(pid)).toBe(true);
    child.kill("SIGKILL");
    await end;
    await untilGone(pid);
  });

  it("that is killed while the engine is stopped, and hears nothing", async () => {
    const script = fileURLToPath(new URL("children/with-process.mjs", import.meta.url));
    const { child, end } = startNode([script, tinyGguf("llama-spm-tied"), "idle"]);
    const pid = await new Promise<number>((resolve) => {
      child.stdout?.once("data", (text: Buffer) => resolve(Number(text)));
    });
    process.kill(pid, "SIGSTOP");
    child.kill("SIGKILL");
    await end;
    await untilGone(pid);
  });

  it("that comes to its end with the engine left alone", async () => {
    const script = fileURLToPath(new URL("children/with-process.mjs", import.meta.url));
    const { exitCode, stdout, stderr } = await startNode([
      ...[script, tinyGguf("llama-spm-tied"), "left alone"],
    ]).end;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    await untilGone(Number(stdout));
  });
});
