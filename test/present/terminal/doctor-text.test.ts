import { describe, expect, it } from "vitest";
import { doctorText } from "../../../src/present/terminal/doctor-text.ts";
import type { DoctorReport } from "../../../src/workflows/doctor/result.ts";

const REPORT: DoctorReport = {
  ok: true,
  problems: [],
  warnings: [],
  missing: null,
  versions: { lager: "0.1.0", node: "v20", platform: "linux-x64", llama: "1.2.3" },
  addon: { file: "/lib/lager.node", loaded: true, libraries: [] },
  cpu: { model: "a processor", threads: 2, features: "AVX2", ownKernels: null },
  devices: [],
  backend: { name: "CPU", reason: "no GPU was asked for" },
  cache: "/cache",
  settings: { file: "/home/lager.yaml", values: { judge: "tiny", threads: "4" } },
  pip: "pip",
  judge: { name: "smollm2-135m", path: "/cache/models/smollm2-135m.gguf" },
  memory: 25.3e9,
  recommended: null,
  speed: { backend: "CPU", promptTokens: 900, seconds: 1, tokensPerSecond: 900 },
};

/** The line of the recommendation. */
function recommended(fields: Partial<DoctorReport>): string {
  const text = doctorText({ ...REPORT, ...fields });
  return /^recommended +(.*)$/m.exec(text)?.[1] ?? "";
}

it("says of an addon where it is, that it does not load, or that it is not here", () => {
  const addon = (fields: Partial<DoctorReport["addon"]>) =>
    /^addon +(.*)$/m.exec(doctorText({ ...REPORT, addon: { ...REPORT.addon, ...fields } }))?.[1];
  expect(addon({})).toBe("/lib/lager.node");
  expect(addon({ loaded: false })).toBe("/lib/lager.node (does not load)");
  expect(addon({ file: null, loaded: false })).toBe("not here: see below");
});

it("says what is missing right before the verdict, with the command that installs it", () => {
  const missing = { what: "the plugin for cuda", command: "npm install x@1" };
  const lines = doctorText({ ...REPORT, missing })
    .trimEnd()
    .split("\n");
  expect(lines.slice(-2)).toEqual([
    "MISSING: the plugin for cuda; install it with: npm install x@1",
    "scoring works here",
  ]);
  expect(doctorText(REPORT)).not.toContain("MISSING");
});

it("names the set of the package's own kernels, those in place, and those left out", () => {
  const kernels = (ownKernels: DoctorReport["cpu"]["ownKernels"]) =>
    /^own kernels +(.*)$/m.exec(doctorText({ ...REPORT, cpu: { ...REPORT.cpu, ownKernels } }))?.[1];
  const inPlace = ["Q4_1", "Q6_K"];
  expect(kernels({ set: "avx2", inPlace, leftOut: [] })).toBe("avx2: Q4_1, Q6_K");
  expect(kernels({ set: "avx2", inPlace, leftOut: ["F16", "BF16"] })).toBe(
    "avx2: Q4_1, Q6_K; left out: F16, BF16",
  );
  expect(kernels({ set: "avx512", inPlace: [], leftOut: ["all"] })).toBe(
    "avx512: none in place; left out: all",
  );
  expect(kernels({ set: "", inPlace: [], leftOut: [] })).toBe("none");
  expect(kernels(null)).toBe("none");
});

describe("the doctor's recommendation", () => {
  const judge = { name: "qwen3-4b-2507", cached: false, memory: 3.6e9, tokensPerSecond: 35.4 };

  it("names a judge, what it takes of what there is, how fast it reads, and how to have it", () => {
    expect(recommended({ recommended: judge })).toBe(
      "qwen3-4b-2507: 3.6 GB of 25.3 GB, about 35 prompt tokens/s; lager judges pull qwen3-4b-2507",
    );
    expect(recommended({ recommended: { ...judge, cached: true } })).toMatch(/; it is here$/);
  });

  it("says nothing of a speed that was not measured", () => {
    const unmeasured = { ...judge, tokensPerSecond: null };
    expect(recommended({ recommended: unmeasured, speed: null })).toMatch(/^.* 25\.3 GB; lager/);
  });

  it("says so where no judge would do", () => {
    expect(recommended({})).toContain("lager judges list");
  });
});
