import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type {
  NativeCancelFlag,
  NativeCaptureRequest,
  NativeJudge,
  NativeLoadRequest,
} from "../../../src/engine/addon/boundary.ts";
import { fromNativeError, withCancelFlag } from "../../../src/engine/addon/native-call.ts";
import { ProcessAddon } from "../../../src/engine/process/process-addon.ts";
import { rejection } from "../../support/errors.ts";
import { scratchFolder } from "../../support/scratch.ts";

const FAKE = fileURLToPath(new URL("children/fake-engine.mjs", import.meta.url));

const REQUEST: NativeLoadRequest = {
  ...{ path: "judge.gguf", devices: [], gpuLayers: 0, contextSize: 0, batchSize: 512, threads: 1 },
  ...{ flashAttention: false, adapters: [], adapterScales: new Float64Array(), kvType: "f16" },
  parallel: 1,
  exact: false,
  memory: 0,
  memoryIs: "the memory limit",
};

interface Fake {
  readonly addon: ProcessAddon;
  /** What the child was asked for so far, over all of its starts. */
  readonly log: () => Promise<string[]>;
}

/** The client on a child that does what its calls say. */
async function fake(plan = "", limits: { hangMs?: number; graceMs?: number } = {}): Promise<Fake> {
  const file = path.join(await scratchFolder(), "log");
  vi.stubEnv("FAKE_ENGINE_LOG", file);
  vi.stubEnv("FAKE_ENGINE_PLAN", plan);
  onTestFinished(() => void vi.unstubAllEnvs());
  const addon = new ProcessAddon({ file: FAKE, hangMs: 20_000, graceMs: 300, ...limits });
  onTestFinished(() => addon.close());
  return { addon, log: async () => (await readFile(file, "utf8")).trim().split("\n") };
}

async function loaded(fake: Fake, shares: number[] = [], request = REQUEST): Promise<NativeJudge> {
  await fake.addon.initialize("lib", [], false);
  return fake.addon.loadJudge(request, fake.addon.newCancelFlag(), (share) => shares.push(share));
}

/** A call of the judge that does what its text says. */
async function ask(judge: NativeJudge, text: string): Promise<number[]> {
  try {
    const [tokens = new Int32Array()] = await judge.tokenize([text], Int32Array.of(0));
    return Array.from(tokens);
  } catch (error) {
    throw fromNativeError(error);
  }
}

describe("an engine's process", () => {
  it("does what it is asked for, and says what the judge is without being asked", async () => {
    const engine = await fake();
    const shares: number[] = [];
    const judge = await loaded(engine, shares);
    expect(judge.info()).toEqual({ layers: 3 });
    expect(shares).toEqual([0.5]);
    expect(await ask(judge, "four")).toEqual([4, engine.addon.pid]);
    expect(judge.decodeSeconds()).toBe(0.5);
    await rejection(ask(judge, "fail"), "PROMPT_TOO_LONG");
    await judge.dispose();
    expect((await engine.log()).filter((line) => line !== "cancel")).toEqual([
      ...["start", "initialize", "loadJudge", "tokenize", "tokenize four"],
      ...["tokenize", "tokenize fail", "dispose"],
    ]);
  });

  it("that dies is started again with the same judge, and the call is done once more", async () => {
    const engine = await fake();
    const judge = await loaded(engine);
    const before = engine.addon.pid;
    await ask(judge, "four");
    expect(await ask(judge, "die-once")).toEqual([8, engine.addon.pid]);
    expect(engine.addon.pid).not.toBe(before);
    expect((await engine.log()).filter((line) => !line.startsWith("tokenize"))).toEqual([
      ...["start", "initialize", "loadJudge", "start", "initialize", "loadJudge"],
    ]);
    // Of both processes together.
    expect(judge.decodeSeconds()).toBe(1);
  });

  it("that is killed from outside goes on as if nothing had been", async () => {
    const engine = await fake();
    const judge = await loaded(engine);
    const call = ask(judge, "slow");
    process.kill(engine.addon.pid ?? 0, "SIGKILL");
    expect(await call).toEqual([7]);
    process.kill(engine.addon.pid ?? 0, "SIGKILL");
    expect(await ask(judge, "four")).toEqual([4, engine.addon.pid]);
  });

  it.each([
    ["die", "was ended by SIGSEGV"],
    ["abort", "was ended by SIGABRT; the last that it wrote: a line before | "],
    ["abort", "| GGML_ASSERT(n > 0) failed"],
    ["exit:3", "ended with exit code 3"],
    ["leave", "was ended by SIGKILL"],
  ])("that dies twice of %s: the call says that it %s", async (text, message) => {
    const judge = await loaded(await fake());
    const error = await rejection(ask(judge, text), "ENGINE_CRASHED");
    expect(error.message).toContain(message);
    expect(error.message.length).toBeLessThan(5000);
    expect((await ask(judge, "four"))[0]).toBe(4);
  });

  it("that hangs is killed at its limit, and the call is to blame", async () => {
    const judge = await loaded(await fake("", { hangMs: 500 }));
    const error = await rejection(ask(judge, "spin"), "ENGINE_CRASHED");
    expect(error.message).toContain("was killed because nothing had come of it");
    expect((await ask(judge, "four"))[0]).toBe(4);
  });

  it("dies with several calls under way: the one that does it fails, the others do not", async () => {
    const engine = await fake();
    const judge = await loaded(engine);
    const calls = ["slow", "die", "slow", "slow"].map((text) => ask(judge, text));
    const ends = await Promise.allSettled(calls);
    expect(ends.map(({ status }) => status)).toEqual([
      ...["fulfilled", "rejected", "fulfilled", "fulfilled"],
    ]);
    // Alone, so that none of them is blamed for another one.
    const log = (await engine.log()).filter((line) => line.startsWith("tokenize "));
    expect(log.slice(-4)).toEqual(
      ["slow", "die", "slow", "slow"].map((text) => `tokenize ${text}`),
    );
  });

  it("that dies of calls one after the other is given up in the end", async () => {
    const engine = await fake();
    const judge = await loaded(engine);
    const codes: string[] = [];
    for (let i = 0; i < 12; i++) {
      codes.push(await ask(judge, "exit:1").catch((error) => error.code));
    }
    expect(codes).toEqual([...Array(10).fill("ENGINE_CRASHED"), "ENGINE_LOST", "ENGINE_LOST"]);
  });

  it("is not given up while calls go well in between", async () => {
    const judge = await loaded(await fake());
    for (let i = 0; i < 12; i++) {
      await rejection(ask(judge, "exit:1"), "ENGINE_CRASHED");
      await ask(judge, "four");
    }
  });

  it("that dies while it loads fails the load, and is tried no more", async () => {
    const engine = await fake("dies-on-load");
    const error = await loaded(engine).then(
      () => null,
      (cause) => fromNativeError(cause, "the judge cannot be used"),
    );
    expect(error?.code).toBe("ENGINE_CRASHED");
    expect(error?.message).toContain("the judge cannot be used: the engine's process was ended by");
    expect((await engine.log()).filter((line) => line === "start")).toHaveLength(1);
  });

  it("is not started again with a file that has changed meanwhile", async () => {
    const engine = await fake();
    const file = path.join(await scratchFolder(), "judge.gguf");
    await writeFile(file, "one");
    const judge = await loaded(engine, [], { ...REQUEST, path: file });
    expect(await ask(judge, "die-once")).toEqual([8, engine.addon.pid]);
    await writeFile(file, "other");
    const error = await rejection(ask(judge, "exit:1"), "ENGINE_LOST");
    expect(error.message).toContain("is not the one that was loaded");
  });

  it("that cannot load its judge again is given up soon", async () => {
    const engine = await fake("dies-on-second-load");
    const judge = await loaded(engine);
    await rejection(ask(judge, "die-once"), "ENGINE_LOST");
    expect((await engine.log()).filter((line) => line === "start")).toHaveLength(4);
  });
});

describe("a call that is aborted", () => {
  const CAPTURE: NativeCaptureRequest = {
    ...{ tokens: Int32Array.of(1), scoreTokens: Int32Array.of(2), fresh: false, hidden: false },
    plainAttention: false,
  };

  /** Starts a call that comes to no end by itself, and aborts it; how long that took, in ms. */
  async function abort(
    { addon }: Fake,
    call: (flag: NativeCancelFlag) => Promise<unknown>,
  ): Promise<number> {
    const stop = new AbortController();
    const ended = rejection(withCancelFlag(addon, stop.signal, call), "ABORTED");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const startedAt = performance.now();
    stop.abort();
    await ended;
    return performance.now() - startedAt;
  }

  it("is told of it, and its process goes on", async () => {
    const engine = await fake("obeys", { graceMs: 20_000 });
    const judge = await loaded(engine);
    const { pid } = engine.addon;
    expect(await abort(engine, (flag) => judge.capture(CAPTURE, flag))).toBeLessThan(5000);
    expect(await engine.log()).toContain("cancel");
    expect(await ask(judge, "four")).toEqual([4, pid]);
  });

  it("ends with its process when it does not end by itself; others are done again", async () => {
    const engine = await fake("", { graceMs: 300 });
    const judge = await loaded(engine);
    const { pid } = engine.addon;
    const other = ask(judge, "slow:1000");
    const waited = await abort(engine, (flag) => judge.capture(CAPTURE, flag));
    expect(waited).toBeGreaterThan(250);
    expect(waited).toBeLessThan(5000);
    expect(await other).toEqual([7]);
    expect(engine.addon.pid).not.toBe(pid);
  });

  it("may be a load", async () => {
    const engine = await fake("never-loads");
    await engine.addon.initialize("lib", [], false);
    await abort(engine, (flag) => engine.addon.loadJudge(REQUEST, flag, () => {}));
    // What comes next has a process of its own.
    expect(await engine.addon.architectureOf("judge.gguf")).toBe("llama");
  });

  it("ends at once while the process is started again", async () => {
    const engine = await fake("never-loads-again", { graceMs: 20_000 });
    const judge = await loaded(engine);
    await rejection(ask(judge, "fail"), "PROMPT_TOO_LONG");
    process.kill(engine.addon.pid ?? 0, "SIGKILL");
    expect(await abort(engine, (flag) => judge.capture(CAPTURE, flag))).toBeLessThan(1000);
  });

  it("takes no flag of another engine", async () => {
    const judge = await loaded(await fake());
    expect(() => judge.capture(CAPTURE, {} as never)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  });
});

describe("closing", () => {
  it("lets what is under way end, and ends the process", async () => {
    const engine = await fake("", { graceMs: 20_000 });
    const judge = await loaded(engine);
    const call = ask(judge, "slow");
    const pid = engine.addon.pid ?? 0;
    await engine.addon.close();
    expect(await call).toEqual([7]);
    expect(() => process.kill(pid, 0)).toThrow();
    await rejection(ask(judge, "four"), "DISPOSED");
    await engine.addon.close();
  });

  it("does not wait for what hangs", async () => {
    const engine = await fake();
    const judge = await loaded(engine);
    const call = rejection(ask(judge, "spin"), "DISPOSED");
    await engine.addon.close();
    await call;
  });
});

it("a file of a hostile kind may end the process that looks at it", async () => {
  const { addon } = await fake("dies-of-files");
  await expect(addon.architectureOf("a.gguf")).rejects.toMatchObject({ code: "ENGINE_CRASHED" });
});

it("a script that cannot be run says so", async () => {
  const addon = new ProcessAddon({ file: `${FAKE}.missing`, hangMs: 20_000, graceMs: 300 });
  onTestFinished(() => addon.close());
  await expect(addon.initialize("lib", [], false)).rejects.toThrow(/Cannot find module/);
});
