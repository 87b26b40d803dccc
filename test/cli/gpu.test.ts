import path from "node:path";
import { beforeAll, expect, it } from "vitest";
import { readWholeRun } from "../support/read-lines.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";
import { QUICKSTART } from "../support/tiny-cli.ts";
import { tinyGguf } from "../support/tiny-judges.ts";
import { VULKAN_ENV, vulkanProblem } from "../support/vulkan.ts";

const TINY = ["--judge", tinyGguf("llama-f16")];

let problem: string | undefined;
beforeAll(async () => {
  problem = await vulkanProblem();
});

it("the doctor measures the Vulkan device that was asked for", async ({ skip }) => {
  skip(problem !== undefined, problem);
  const args = ["doctor", ...TINY, "--gpu", "vulkan", "--json"];
  const { exitCode, stdout, stderr } = await lager(args, { env: VULKAN_ENV });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    problems: [],
    warnings: [],
    backend: { name: "Vulkan", reason: expect.stringMatching(/^vulkan works on ./) },
    devices: [{ name: "Vulkan0", backend: "Vulkan" }],
    speed: { backend: "Vulkan", tokensPerSecond: expect.any(Number) },
  });
});

it("the doctor says why auto leaves a device in software alone", async ({ skip }) => {
  skip(problem !== undefined, problem);
  const { exitCode, stdout } = await lager(["doctor", ...TINY, "--json"], { env: VULKAN_ENV });
  const report = JSON.parse(stdout);
  skip(report.backend.name !== "CPU", "there is a real GPU here");
  expect(exitCode).toBe(0);
  expect(report.backend.reason).toMatch(/vulkan: it has only a software device \(llvmpipe/);
});

it("scoring on a GPU: the header says where, with which layers' cache", async ({ skip }) => {
  skip(problem !== undefined, problem);
  const file = path.join(await scratchFolder(), "run.jsonl");
  const { exitCode, stderr } = await lager(
    [
      ...["score", QUICKSTART.data, "--task", QUICKSTART.task, ...TINY, "--limit", "1"],
      ...["--gpu", "vulkan", "--gpu-layers", "1", "--kv-type", "f32"],
      ...["--threads", "1", "--batch-size", "32", "--parallel", "1", "-o", file],
    ],
    { env: VULKAN_ENV },
  );
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  const { header, scores } = await readWholeRun(file);
  expect(header.llama.backend).toBe("Vulkan");
  expect(header.llama.devices).toEqual([expect.stringMatching(/^Vulkan0: ./)]);
  expect(header.machine).toMatchObject({ gpuLayers: 1, kvType: "f32", flashAttention: false });
  expect(scores).toHaveLength(3);
});

it("a GPU that was asked for and cannot hold the judge is an error, not the CPU", async ({
  skip,
}) => {
  skip(problem !== undefined, problem);
  const { exitCode, signal, stderr } = await lager(
    [
      "score",
      QUICKSTART.data,
      "--task",
      QUICKSTART.task,
      ...TINY,
      "--gpu",
      "vulkan",
      "--parallel",
      "1",
    ],
    { env: { ...VULKAN_ENV, GGML_VK_FORCE_MAX_BUFFER_SIZE: "1024" } },
  );
  expect({ exitCode, signal }).toEqual({ exitCode: 3, signal: null });
  expect(stderr).toContain("cannot be used");
});
