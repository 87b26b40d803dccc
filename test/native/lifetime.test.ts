import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { startNode } from "../support/run-process.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

/** Runs a script of its own process, where a crash would be seen as such, on the built package. */
function run(script: string, args: readonly string[], flags: readonly string[] = []) {
  const file = fileURLToPath(new URL(`children/${script}`, import.meta.url));
  return startNode([...flags, file, tinyGguf("llama-spm-tied"), ...args]).end;
}

it("a worker thread may end at any time", async () => {
  const { exitCode, signal, stdout, stderr } = await run("capture-in-worker.mjs", []);
  expect({ exitCode, signal, stderr }).toEqual({ exitCode: 0, signal: null, stderr: "" });
  expect(stdout.trim().split("\n")).toEqual([
    "terminated while loading",
    "terminated while idle",
    "terminated while capturing",
    "terminated while disposing",
    "terminated while running to its end",
    "same logits: true",
  ]);
});

it("engines may be left to the garbage collector", async () => {
  const { exitCode, signal, stdout, stderr } = await run(
    "collect-garbage.mjs",
    [],
    ["--expose-gc"],
  );
  expect({ exitCode, signal, stderr }).toEqual({ exitCode: 0, signal: null, stderr: "" });
  expect(stdout.trim().split("\n")).toEqual(["captured 4000 tokens, difference 0", "collected 6"]);
});

it.each(["loading", "idle", "capturing"])("the process may end while %s", async (when) => {
  const { exitCode, signal, stderr } = await run("exit.mjs", [when]);
  expect({ exitCode, signal, stderr }).toEqual({ exitCode: 7, signal: null, stderr: "" });
});
