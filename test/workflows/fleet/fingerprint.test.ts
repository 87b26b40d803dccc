import { expect, it } from "vitest";
import type { RunHeader } from "../../../src/run/run-format.ts";
import {
  classOf,
  type Fingerprint,
  formatFingerprint,
  machineDifference,
  parseFingerprint,
  requireSameMachine,
  requireSamePart,
} from "../../../src/workflows/fleet/fingerprint.ts";
import { RunFolder } from "../../../src/workflows/fleet/run-folder.ts";
import { MADE_UP_HEADER } from "../../fixtures/made-up-run.ts";
import { scratchFolder } from "../../support/scratch.ts";

const OWN: Fingerprint = { header: MADE_UP_HEADER, canary: "aa" };

function withMachine(machine: Partial<RunHeader["machine"]>): RunHeader {
  return { ...MADE_UP_HEADER, machine: { ...MADE_UP_HEADER.machine, ...machine } };
}

it("the first machine begins a run, and what differs from it is refused by name", async () => {
  const folder = new RunFolder(await scratchFolder());
  expect(await folder.fingerprint(OWN)).toEqual(OWN);
  const other = { header: withMachine({ cpuFeatures: "SSE3 only" }), canary: "bb" };
  const run = await folder.fingerprint(other);
  expect(run).toEqual(OWN);
  expect(() => requireSameMachine(other, run)).toThrow(/machine\.cpuFeatures is "SSE3 only" here/);
  const judge = { ...MADE_UP_HEADER.judge, sha256: "00" };
  expect(() => requireSameMachine({ ...OWN, header: { ...MADE_UP_HEADER, judge } }, run)).toThrow(
    /judge\.sha256/,
  );
  expect(() => requireSameMachine({ ...OWN, canary: "bb" }, run)).toThrow(/canary is "bb" here/);
});

it("machines may differ in what changes no bit", () => {
  const judge = { ...MADE_UP_HEADER.judge, name: "/elsewhere/judge.gguf" };
  const cpu = { ...MADE_UP_HEADER.llama, backend: "CPU" };
  const here = { ...withMachine({ threads: 1 }), judge, llama: { ...cpu, devices: ["CPU: this"] } };
  const there = { ...withMachine({ threads: 64 }), llama: { ...cpu, devices: ["CPU: that"] } };
  expect(machineDifference(here, there)).toBeNull();
  // Two GPUs round differently.
  const gpu = (header: RunHeader) => ({ ...header, llama: { ...header.llama, backend: "CUDA" } });
  expect(machineDifference(gpu(here), gpu(there))?.field).toBe("llama.devices");
  expect(machineDifference(here, gpu(here))?.field).toBe("llama.backend");
});

it("a mixed run takes machines of other kinds, and no other judge or options", () => {
  const other = withMachine({ cpuFeatures: "SSE3 only", threads: 9 });
  expect(() => requireSamePart({ header: other, canary: "bb" }, OWN)).not.toThrow();
  expect(classOf(other)).not.toBe(classOf(MADE_UP_HEADER));
  expect(classOf(withMachine({ threads: 9 }))).toBe(classOf(MADE_UP_HEADER));
  const options = { ...MADE_UP_HEADER.options, layers: "last" };
  const header = { ...MADE_UP_HEADER, options };
  expect(() => requireSamePart({ ...OWN, header }, OWN)).toThrow(/options\.layers/);
});

it("a fingerprint is read as it was written, and anything else is none", () => {
  expect(parseFingerprint(formatFingerprint(OWN), "f")).toEqual(OWN);
  expect(() => parseFingerprint("{}", "f")).toThrow(/it has no canary/);
  expect(() => parseFingerprint("null", "f")).toThrow(/it has no canary/);
});
