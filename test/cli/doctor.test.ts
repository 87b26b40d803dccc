import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { lager, startNode } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";
import { CLI_JUDGE } from "../support/tiny-cli.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TINY = ["--judge", tinyGguf(CLI_JUDGE)];

async function brokenPlugin(): Promise<string> {
  const file = path.join(await scratchFolder(), "libggml-vulkan.so");
  await writeFile(file, "this is no library\n");
  return file;
}

it("on the CPU: versions, libraries, devices, the reason and a speed", async () => {
  const { exitCode, stdout, stderr } = await lager(["doctor", ...TINY, "--gpu", "off", "--json"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    ok: true,
    problems: [],
    warnings: [],
    versions: { node: process.version, llama: expect.stringMatching(/^\d+\.\d+\.\d+/) },
    addon: { loaded: true },
    backend: { name: "CPU", reason: "no GPU was asked for" },
    judge: { path: TINY[1] },
  });
  expect(report.devices.length).toBeGreaterThan(0);
  const hasKernels = /AVX2/.test(report.cpu.features) && process.platform === "linux";
  expect(report.cpu.ownKernels.inPlace).toHaveLength(hasKernels ? 9 : 0);
  expect(report.cpu.ownKernels.leftOut).toEqual([]);
  expect(report.speed.tokensPerSecond).toBeCloseTo(
    report.speed.promptTokens / report.speed.seconds,
    6,
  );
  expect(report.speed.seconds).toBeGreaterThanOrEqual(1);
  expect(report.memory).toBeGreaterThan(1e8);
  // Which one depends on this machine's speed and memory; the rule has tests of its own.
  if (report.recommended !== null) {
    expect(report.recommended.memory).toBeLessThan(report.memory);
    expect(report.recommended.tokensPerSecond).toBeGreaterThan(0);
  }
});

it("CPU kernels that LAGER_KERNELS names and that there are not are a problem", async () => {
  const env = { LAGER_KERNELS: "fast" };
  const { exitCode, stdout } = await lager(["doctor", ...TINY, "--gpu", "off"], { env });
  expect(exitCode).toBe(3);
  expect(stdout).toContain(
    'PROBLEM: INVALID_ARGUMENT: LAGER_KERNELS is "fast"; it must be off, avx2 or avx512\n',
  );
});

it("a judge that has not been fetched is not fetched: it says what to run", async () => {
  const env = { LAGER_HOME: await scratchFolder() };
  const { exitCode, stdout } = await lager(["doctor", "--gpu", "off"], { env });
  expect(exitCode).toBe(0);
  expect(stdout).toContain("not measured: run lager judges pull smollm2-135m");
  expect(stdout).toMatch(/^recommended +(no named|\S+: .*; (it is here|lager judges pull))/m);
  expect(stdout).toContain(env.LAGER_HOME);
});

it("a broken plugin is a loud warning, and the CPU works", async () => {
  const plugin = await brokenPlugin();
  const env = { LAGER_GPU_PLUGIN: plugin };
  const { exitCode, stdout } = await lager(["doctor", ...TINY], { env });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(new RegExp(`^WARNING: the plugin ${plugin} could not be loaded`, "m"));
  expect(stdout).toMatch(/^backend +CPU: /m);
  expect(stdout).toMatch(/^scoring works here$/m);
});

it("a broken plugin that was asked for is a problem: exit 3 and what to do", async () => {
  const plugin = await brokenPlugin();
  const args = ["doctor", ...TINY, "--gpu", "vulkan"];
  const { exitCode, signal, stdout } = await lager(args, { env: { LAGER_GPU_PLUGIN: plugin } });
  expect({ exitCode, signal }).toEqual({ exitCode: 3, signal: null });
  expect(stdout).toContain(
    `PROBLEM: BACKEND_UNAVAILABLE: the plugin ${plugin} could not be loaded`,
  );
  expect(stdout).toContain("use --gpu off");
  expect(stdout).toMatch(/^devices +CPU/m);
  expect(stdout).toMatch(/^scoring does not work here$/m);
});

it.each([
  ["missing", undefined],
  ["broken", "this is no addon\n"],
])("an addon that is %s is a problem: exit 3 and what to do", async (_, addon) => {
  const folder = await scratchFolder();
  await cp(path.join(ROOT, "dist"), path.join(folder, "dist"), { recursive: true });
  await cp(path.join(ROOT, "package.json"), path.join(folder, "package.json"));
  await symlink(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  if (addon !== undefined) {
    await mkdir(path.join(folder, "build/lib"), { recursive: true });
    await writeFile(path.join(folder, "build/lib/lager.node"), addon);
  }
  const main = path.join(folder, "dist/cli/main.js");
  const { exitCode, stdout } = await startNode([main, "doctor", "--json"]).end;
  expect(exitCode).toBe(3);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ ok: false, backend: null, speed: null, addon: { loaded: false } });
  expect(report.problems[0].code).toBe("ADDON_UNAVAILABLE");
  expect(report.problems[0].message).toContain("npm run build:native");
  expect(report.missing).toEqual({ what: "the native addon", command: "npm run build:native" });
});

describe("LAGER_CPU_VARIANT", () => {
  const doctor = (variant: string) =>
    lager(["doctor", ...TINY, "--gpu", "off", "--json"], { env: { LAGER_CPU_VARIANT: variant } });

  // The plain one runs on every processor, and has none of the instructions that kernels want.
  it.runIf(process.platform === "linux" && process.arch === "x64")(
    "takes that variant of the CPU plugin in place of the best",
    async () => {
      const { exitCode, stdout } = await doctor("x64");
      expect(exitCode).toBe(0);
      const { cpu } = JSON.parse(stdout);
      expect(cpu.features).not.toMatch(/AVX/);
      expect(cpu.ownKernels.inPlace).toEqual([]);
    },
  );

  it("that the folder has not is a problem, which says what it has", async () => {
    const { exitCode, stdout } = await doctor("../x64");
    expect(exitCode).toBe(3);
    const { problems } = JSON.parse(stdout);
    expect(problems[0]).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining('LAGER_CPU_VARIANT is "../x64"; '),
    });
  });
});
