import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { BenchSteps } from "../../../src/workflows/bench/bench-steps.ts";
import { scratchFolder } from "../../support/scratch.ts";

const INPUTS = { data: "ab", layers: "all" };

/** A folder in which one step was taken, and its list of steps as it is read again. */
async function taken() {
  const folder = await scratchFolder();
  await writeFile(path.join(folder, "run.jsonl"), "lines\n");
  const steps = await BenchSteps.open(folder);
  await steps.remember("score", INPUTS, ["run.jsonl"], { scores: 3 });
  return { folder, again: () => BenchSteps.open(folder) };
}

it("a step is found again with the same inputs, and with what it found out", async () => {
  const { again } = await taken();
  const steps = await again();
  expect(await steps.find("score", INPUTS)).toEqual({ facts: { scores: 3 } });
  expect(await steps.find("score", { ...INPUTS, layers: "upper" })).toBeNull();
  expect(await steps.find("tune", INPUTS)).toBeNull();
});

it("a step whose file was changed or is gone is taken anew", async () => {
  const { folder, again } = await taken();
  await writeFile(path.join(folder, "run.jsonl"), "other lines\n");
  expect(await (await again()).find("score", INPUTS)).toBeNull();
});

it.each(["", "[1, 2]", '{"score": {"inputs": 3}}', "{"])(
  "a list of steps that is none (%j) holds none",
  async (text) => {
    const { folder, again } = await taken();
    await writeFile(path.join(folder, "steps.json"), text);
    expect(await (await again()).find("score", INPUTS)).toBeNull();
  },
);
