import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { bench } from "../../../src/workflows/bench/bench.ts";
import type { BenchOptions } from "../../../src/workflows/bench/bench-options.ts";
import { rejection } from "../../support/errors.ts";
import { scratchFolder, writeLines } from "../../support/scratch.ts";

async function scene() {
  const folder = await scratchFolder();
  const data = await writeLines(path.join(folder, "data.jsonl"), [
    { id: "a", instruction: "Say it.", response: "It." },
  ]);
  const output = path.join(folder, "bench");
  const start = (options: Partial<BenchOptions> = {}, on = data) =>
    bench("general", on, { judge: "nosuch", output, ...options });
  return { output, start };
}

describe("a benchmark is refused before anything is loaded or written", () => {
  it.each<[string, Partial<BenchOptions>]>([
    ["weights that are given and to be learned", { weights: "w.json", tuneOn: "more.jsonl" }],
    ["standard input to learn from", { tuneOn: "-" }],
    ["a layer set that is none", { layers: "some" }],
    ["a length of answers that nothing writes", { maxTokens: 5, conditions: ["direct"] }],
    ["a score position in answers that nobody writes", { scorePosition: "last" }],
  ])("with %s", async (_, options) => {
    const { output, start } = await scene();
    await rejection(start(options), "INVALID_ARGUMENT");
    await expect(readFile(path.join(output, "bench.json"))).rejects.toThrow(/ENOENT/);
  });

  it("with standard input", async () => {
    const { start } = await scene();
    await rejection(start({}, "-"), "INVALID_ARGUMENT");
  });
});

describe("what a benchmark reads", () => {
  it.each(["runs/prefill.jsonl", "results/direct.json", "report.html", "table.csv"])(
    "is not replaced by its %s",
    async (name) => {
      const { output, start } = await scene();
      const file = path.join(output, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, "precious");
      for (const options of [{ tuneOn: file }, { weights: file }, { lora: [{ path: file }] }]) {
        const { message } = await rejection(start(options), "INVALID_ARGUMENT");
        expect(message).toContain("would be replaced");
      }
      await rejection(start({}, file), "INVALID_ARGUMENT");
      expect(await readFile(file, "utf8")).toBe("precious");
    },
  );

  it("may be weights that it learned before, as then it learns none", async () => {
    const { output, start } = await scene();
    const weights = path.join(output, "weights", "prefill.json");
    await mkdir(path.dirname(weights), { recursive: true });
    await writeFile(weights, "{}");
    await rejection(start({ weights }), "UNKNOWN_JUDGE");
    await rejection(start({ tuneOn: weights }), "INVALID_ARGUMENT");
  });
});

describe("a folder", () => {
  it("says what it is a benchmark of, and is gone on with for nothing else", async () => {
    const { output, start } = await scene();
    await rejection(start(), "UNKNOWN_JUDGE");
    const spec = JSON.parse(await readFile(path.join(output, "bench.json"), "utf8"));
    expect(spec).toMatchObject({ kind: "bench", task: "general", judge: "nosuch", limit: null });
    const error = await rejection(start({ limit: 3 }), "INVALID_ARGUMENT");
    expect(error.message).toContain("another limit");
    await rejection(start(), "UNKNOWN_JUDGE");
  });

  it("of something else is left alone", async () => {
    const { output, start } = await scene();
    await rejection(start(), "UNKNOWN_JUDGE");
    await writeFile(path.join(output, "bench.json"), '{"kind":"diary"}');
    const error = await rejection(start(), "INVALID_ARGUMENT");
    expect(error.message).toContain("something else than a benchmark");
  });
});
