import { appendFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { loadJudge } from "../../src/judge/judge.ts";
import { hiddenPath } from "../../src/run/hidden-format.ts";
import { openHidden } from "../../src/run/hidden-reader.ts";
import type { Score } from "../../src/scoring/score/outcome.ts";
import { rejection } from "../support/errors.ts";
import { loadTiny, ON_ONE_THREAD } from "../support/load-tiny.ts";
import { readWholeRun } from "../support/read-lines.ts";
import { lager, startLager } from "../support/run-process.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";
import {
  CLI_JUDGE,
  ONE_CRITERION_TASK,
  record,
  untilLines,
  withTinyJudge,
} from "../support/tiny-cli.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

const RECORDS = [
  record("a"),
  record("b", "Another answer."),
  { id: "broken", instruction: "No response." },
  record("c"),
  record("d", "The last one."),
];

async function setUp(task: object = ONE_CRITERION_TASK) {
  const folder = await scratchFolder();
  const data = await writeLines(path.join(folder, "data.jsonl"), RECORDS);
  const taskFile = path.join(folder, "task.json");
  await writeFile(taskFile, JSON.stringify(task));
  const args = (input: string, ...options: string[]) => [
    ...["score", input, "--task", taskFile, ...withTinyJudge(), ...options],
  ];
  return { folder, data, args, in: (name: string) => path.join(folder, name) };
}

function rowsOf(scores: readonly Score[]): (number | undefined)[] {
  return scores.map(({ hiddenRow }) => hiddenRow);
}

describe("lager score --capture hidden", () => {
  it("writes the chosen layers' states beside the run, a row for each score", async () => {
    const { data, args, in: inFolder } = await setUp();
    const file = inFolder("run.jsonl");
    const end = await lager(args(data, "--capture", "hidden:2,4", "-o", file));
    expect(end).toMatchObject({ exitCode: 1 });
    expect(end.stderr).toContain(`hidden states: ${hiddenPath(file)}`);
    const { header, scores } = await readWholeRun(file);
    expect(header.options.hidden).toBe("2,4");
    expect(rowsOf(scores)).toEqual([0, 1, 2, 3]);
    await using hidden = await openHidden(file);
    expect(hidden).toMatchObject({ judgeSha256: header.judge.sha256, layers: [2, 4], rows: 4 });
    await using judge = await loadJudge(tinyGguf(CLI_JUDGE), { ...ON_ONE_THREAD });
    const options = { task: header.task, hidden: "2,4" };
    for (const { id, hiddenRow } of scores) {
      const item = RECORDS.find((each) => each.id === id) ?? {};
      const { states, width } = (await judge.score(item, options)).hidden ?? {};
      expect(width).toBe(judge.info.embeddingLength);
      expect(states?.some((value) => value !== 0)).toBe(true);
      expect(await hidden.read(hiddenRow ?? -1)).toEqual(states);
    }
    expect(await hidden.read(0)).not.toEqual(await hidden.read(1));
  });

  // A process that is killed has no last word, unlike one that Ctrl-C ends.
  it.each(["SIGKILL", "SIGINT"] as const)("is gone on with after a %s", async (signal) => {
    const { data, args, in: inFolder } = await setUp();
    const whole = inFolder("whole.jsonl");
    const file = inFolder("ended.jsonl");
    expect(await lager(args(data, "--capture", "hidden", "-o", whole))).toMatchObject({
      exitCode: 1,
    });
    const running = startLager(args("-", "--capture", "hidden", "-o", file), { input: "open" });
    for (const each of RECORDS.slice(0, 3)) {
      running.child.stdin?.write(`${JSON.stringify(each)}\n`);
    }
    await untilLines(file, 4, running);
    running.child.kill(signal);
    expect((await running.end).exitCode).toBe(signal === "SIGKILL" ? null : 130);
    if (signal === "SIGKILL") {
      // What was written can be read, and a row whose line was not written is no harm.
      const part = `${hiddenPath(file)}.part`;
      await appendFile(part, Buffer.alloc(1000, 1));
      await using left = await openHidden(file);
      expect(left.path).toBe(part);
      expect(left.rows).toBeGreaterThanOrEqual(2);
    }
    const resumed = await lager(args(data, "--capture", "hidden", "-o", file, "--resume"));
    expect(resumed).toMatchObject({ exitCode: 1 });
    expect(rowsOf((await readWholeRun(file)).scores)).toEqual([0, 1, 2, 3]);
    expect(await readFile(hiddenPath(file))).toEqual(await readFile(hiddenPath(whole)));
    await expect(readFile(`${hiddenPath(file)}.part`)).rejects.toThrow(/ENOENT/);
    // Nothing is left to do, and the file stays as it is.
    expect(await lager(args(data, "--capture", "hidden", "-o", file, "--resume"))).toMatchObject({
      exitCode: 1,
    });
    expect(await readFile(hiddenPath(file))).toEqual(await readFile(hiddenPath(whole)));
    const other = await lager(args(data, "--capture", "hidden:2", "-o", file, "--resume"));
    expect(other).toMatchObject({ exitCode: 2 });
    expect(other.stderr).toContain("options.hidden");
  });

  it("takes the place where labels of several tokens part", async () => {
    const task = { ...ONE_CRITERION_TASK, scale: { min: 1, max: 10 } };
    const { data, args, in: inFolder } = await setUp(task);
    const file = inFolder("ten.jsonl");
    const end = await lager(args(data, "--capture", "hidden:4", "--include", "tokens", "-o", file));
    expect(end).toMatchObject({ exitCode: 1 });
    const { scores } = await readWholeRun(file);
    await using hidden = await openHidden(file);
    expect(hidden.rows).toBe(4);
    const engine = await loadTiny(CLI_JUDGE);
    for (const { tokens = [], nodes, hiddenRow } of scores) {
      expect(nodes.length).toBeGreaterThan(1);
      const prompt = Int32Array.from(tokens);
      // Scales of several tokens are read with plain attention.
      const options = { hidden: true, plainAttention: true };
      const captured = await engine.capture(prompt, Int32Array.of(1, 2), options);
      const last = captured.hidden?.subarray(4 * hidden.width);
      expect(await hidden.read(hiddenRow ?? -1)).toEqual(last);
    }
  });

  it("wants a run file, layers that there are, and no other states in the way", async () => {
    const { data, args, in: inFolder } = await setUp();
    const file = inFolder("run.jsonl");
    for (const [options, message] of [
      [["--capture", "hidden"], /INVALID_ARGUMENT.*-o/],
      [["--capture", "seen", "-o", file], /hidden:<layer set>/],
      [["--capture", "hidden:7-3", "-o", file], /backwards/],
      [["--capture", "hidden:9", "-o", file], /layer 9/],
    ] as const) {
      const end = await lager(args(data, ...options));
      expect(end).toMatchObject({ exitCode: 2, stdout: "" });
      expect(end.stderr).toMatch(message);
    }
    await writeFile(hiddenPath(file), "somebody else's");
    const end = await lager(args(data, "--capture", "hidden", "-o", file));
    expect(end).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("OUTPUT_EXISTS") });
    await expect(readFile(file)).rejects.toThrow(/ENOENT/);
    const replaced = await lager(args(data, "--capture", "hidden", "-o", file, "--force"));
    expect(replaced).toMatchObject({ exitCode: 1 });
    await using hidden = await openHidden(file);
    expect(hidden).toMatchObject({ layers: [1, 2, 3, 4], rows: 4 });
    await rejection(hidden.read(4), "INVALID_RUN");
  });
});
