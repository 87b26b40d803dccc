import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { untilGone } from "../support/process-state.ts";
import { readWholeRun } from "../support/read-lines.ts";
import { startLager } from "../support/run-process.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";
import { ONE_CRITERION_TASK, record, untilLines, withTinyJudge } from "../support/tiny-cli.ts";

async function taskFile(folder: string): Promise<string> {
  const file = path.join(folder, "task.json");
  await writeFile(file, JSON.stringify(ONE_CRITERION_TASK));
  return file;
}

/** The run file holds whole lines, and as many results as the message says. */
async function expectSaved(file: string, stderr: string): Promise<void> {
  const { scores, lines } = await readWholeRun(file);
  expect(scores).toHaveLength(lines.length);
  expect(stderr).toContain(`stopped early: ${scores.length} results are saved in ${file}\n`);
  expect(stderr).toMatch(/^interrupted$/m);
}

// Windows has no SIGINT that one process could send to another.
describe.skipIf(process.platform === "win32")("Ctrl-C", () => {
  it("ends a run; what is finished is saved", async () => {
    const folder = await scratchFolder();
    const file = path.join(folder, "run.jsonl");
    const data = await writeLines(
      path.join(folder, "data.jsonl"),
      // Far more than are scored before the signal comes.
      Array.from({ length: 5000 }, (_, i) => record(String(i), `Answer ${i}. `.repeat(100))),
    );
    const task = await taskFile(folder);
    const running = startLager(["score", data, "--task", task, ...withTinyJudge(), "-o", file]);
    await untilLines(file, 4, running);
    running.child.kill("SIGINT");
    const { exitCode, signal, stderr, stdout } = await running.end;
    expect({ exitCode, signal, stdout }).toEqual({ exitCode: 130, signal: null, stdout: "" });
    await expectSaved(file, stderr);
    expect((await readWholeRun(file)).scores.length).toBeLessThan(5000);
  });

  it("ends a run that waits for its standard input", async () => {
    const folder = await scratchFolder();
    const file = path.join(folder, "run.jsonl");
    const task = await taskFile(folder);
    const running = startLager(["score", "-", "--task", task, ...withTinyJudge(), "-o", file], {
      input: "open",
    });
    for (let i = 0; i < 3; i++) {
      running.child.stdin?.write(`${JSON.stringify(record(String(i)))}\n`);
    }
    // Header and all results: none of them waits for more input.
    await untilLines(file, 4, running);
    running.child.kill("SIGINT");
    const { exitCode, stderr } = await running.end;
    expect(exitCode).toBe(130);
    await expectSaved(file, stderr);
  });

  // The engine's process is found by Linux's way.
  it.skipIf(process.platform !== "linux").each([
    ["once ends a run whose engine stands still", 1],
    ["twice ends it without waiting for the engine", 2],
  ])("pressed %s", async (_, times) => {
    const folder = await scratchFolder();
    const file = path.join(folder, "run.jsonl");
    const data = await writeLines(
      path.join(folder, "data.jsonl"),
      Array.from({ length: 5000 }, (_, i) => record(String(i), `Answer ${i}. `.repeat(100))),
    );
    const task = await taskFile(folder);
    const running = startLager(["score", data, "--task", task, ...withTinyJudge(), "-o", file]);
    await untilLines(file, 4, running);
    const { pid = 0 } = running.child;
    const [engine] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    process.kill(Number(engine), "SIGSTOP");
    running.child.kill("SIGINT");
    if (times === 2) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      running.child.kill("SIGINT");
    }
    const { exitCode, stderr } = await running.end;
    expect(exitCode).toBe(130);
    expect(stderr.includes("interrupted\n")).toBe(times === 1);
    await untilGone(Number(engine));
  });
});
