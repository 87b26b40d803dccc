import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { textLines } from "../support/read-lines.ts";
import { REDIS_PROBLEM, testRedis } from "../support/redis.ts";
import { lager, type ProcessEnd } from "../support/run-process.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";
import { record, withTinyJudge } from "../support/tiny-cli.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

/** Records with ids and without, of two instructions in turns, and one of each thing that can be wrong. */
const RECORDS = [
  record("a"),
  { instruction: "Question a?", response: "No id of its own." },
  record("b"),
  { id: "broken", instruction: "No response." },
  "{ this is no JSON",
  record("a", "The id again."),
  { id: "2", instruction: "Question b?", response: "An id that is a number of another record." },
  "",
  record("c", "Ü ✓ 𝄞"),
  { id: "empty", instruction: "Question c?", response: " " },
  record("d"),
];

/** What of a line is no figure of a score: it says what was decoded before. */
function figures(line: string): string {
  return line.replace(/"reusedTokens":\d+/, "");
}

async function submitted(folder: string, ...more: string[]): Promise<string> {
  const data = path.join(folder, "data.jsonl");
  const { exitCode, stdout, stderr } = await lager([
    ...["fleet", "submit", data, "--store", path.join(folder, "store")],
    ...["--task", "general", ...withTinyJudge(), ...more],
  ]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return stdout.trim();
}

async function collected(folder: string, run: string, ...more: string[]): Promise<ProcessEnd> {
  const output = path.join(folder, `${run}.jsonl`);
  const store = path.join(folder, "store");
  return lager(["fleet", "collect", run, "--store", store, "-o", output, ...more]);
}

describe.skipIf(REDIS_PROBLEM !== undefined)("a run that workers score", () => {
  it("has the bytes of one worker's, whatever their number, and the figures of a single run", async () => {
    const folder = await scratchFolder();
    const redis = await testRedis();
    const env = { LAGER_QUEUE_URL: redis.url };
    const data = await writeLines(path.join(folder, "data.jsonl"), RECORDS);
    const single = path.join(folder, "single.jsonl");
    await lager(["score", data, "--task", "general", ...withTinyJudge(), "-o", single]);
    const store = path.join(folder, "store");
    const run = await submitted(folder, "--shard-records", "2", "--queue", redis.url);
    const steer = (name: string, ...more: string[]) =>
      lager(["fleet", name, run, "--store", store, ...more], { env });
    expect((await steer("status")).stdout).toBe(
      "0 of 4 shards done, 0 of 10 records\n0 machines; tickets: 0 in work, 4 waiting, 0 failed\n",
    );
    await steer("cancel");
    expect((await steer("status")).stdout).toContain(
      "0 waiting, 0 failed\nstopped: it was cancelled",
    );
    expect((await steer("work")).stdout).toContain("0 shards scored");
    expect((await steer("retry")).stdout).toBe("4 tickets to score\n");

    const worker = ["fleet", "work", "--store", store, "--threads", "1", "--idle-exit", "1s"];
    const workers = await Promise.all([lager(worker, { env }), lager(worker, { env })]);
    for (const { exitCode, stderr } of workers) {
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    }
    expect((await steer("status")).stdout).toMatch(
      /^4 of 4 shards done, 10 of 10 records\n0 machines/,
    );
    const output = path.join(folder, "run.jsonl");
    expect((await steer("collect", "-o", output)).exitCode).toBe(1);
    const lines = await textLines(output);
    expect(lines.map(figures)).toEqual((await textLines(single)).map(figures));

    // One worker alone.
    await rm(path.join(store, run, "parts"), { recursive: true });
    expect((await steer("work", "--threads", "1")).stdout).toContain("4 shards scored");
    await steer("collect", "-o", output, "--force");
    expect(await textLines(output)).toEqual(lines);
    const unreachable = await steer("status", "--queue", "redis://user:secret@127.0.0.1:1");
    expect(unreachable).toMatchObject({ exitCode: 2, stdout: "" });
    expect(unreachable.stderr).toContain("the queue at 127.0.0.1:1 cannot be used");
    expect(unreachable.stderr).not.toContain("secret");
    const alone = await steer("work", "--queue", "redis://127.0.0.1:1", "--judge", "none.gguf");
    expect(alone.stderr).toContain("the queue at 127.0.0.1:1 cannot be used");
  });
});

describe("a run that is scored in shards", () => {
  it("has the bytes of a single run, whoever scores which shard", async () => {
    const folder = await scratchFolder();
    const data = await writeLines(path.join(folder, "data.jsonl"), RECORDS);
    const single = path.join(folder, "single.jsonl");
    const scored = await lager([
      ...["score", data, "--task", "general", ...withTinyJudge(), "-o", single],
    ]);
    expect(scored.exitCode).toBe(1);
    const expected = await textLines(single);

    const run = await submitted(folder, "--shard-records", "3");
    expect(run).toMatch(/^[\da-f]{16}$/);
    expect(await submitted(folder, "--shard-records", "3")).toBe(run);
    const plan = path.join(folder, "store", run, "plan.jsonl");
    const early = await collected(folder, run);
    expect(early).toMatchObject({ exitCode: 2 });
    expect(early.stderr).toContain("shards are not scored yet, the first of them 0");

    const score = (...more: string[]) => lager(["score", "--plan", plan, ...more]);
    for (const share of ["1/2", "0/2"]) {
      const { stdout, stderr } = await score("--shard", share, "--threads", "1");
      expect({ stdout, stderr }).toMatchObject({ stdout: expect.stringContaining("scored") });
    }
    // All is there: no judge is loaded.
    const again = await score("--shard", "0", "--judge", path.join(folder, "none.gguf"));
    expect(again).toMatchObject({ exitCode: 0, stderr: "" });
    expect(again.stdout).toContain("0 shards scored");

    const { exitCode, stdout } = await collected(folder, run);
    expect({ exitCode, stdout }).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/^18 scores, 4 failures of [34] shards\n$/),
    });
    const lines = await textLines(path.join(folder, `${run}.jsonl`));
    expect(lines.map(figures)).toEqual(expected.map(figures));
    expect((await lager(["diff", single, path.join(folder, `${run}.jsonl`)])).exitCode).toBe(0);

    // Once more by one machine alone: not even what was decoded differs.
    const parts = path.join(folder, "store", run, "parts");
    const scoredParts = await readdir(parts);
    await rm(parts, { recursive: true });
    await score("--shard", "0/1", "--threads", "1");
    expect(await readdir(parts)).toEqual(scoredParts);
    expect((await collected(folder, run, "--force")).exitCode).toBe(1);
    expect(await textLines(path.join(folder, `${run}.jsonl`))).toEqual(lines);
  });

  it("may be a run file of its own, and a part is left out where that is allowed", async () => {
    const folder = await scratchFolder();
    await writeLines(path.join(folder, "data.jsonl"), [record("a"), record("b")]);
    const run = await submitted(folder, "--shard-records", "1");
    const store = path.join(folder, "store");
    const part = path.join(folder, "part.jsonl");
    const score = (...more: string[]) =>
      lager(["score", "--plan", path.join(store, run, "plan.jsonl"), "--shard", "1", ...more]);
    expect((await score("-o", part)).exitCode).toBe(0);
    expect((await score("-o", part)).stderr).toContain("--force");
    expect((await textLines(part))[1]).toContain('"id":"b"');
    // A machine with another judge than the one that began the run.
    const refused = await score("--judge", tinyGguf("llama-q4_k"));
    expect(refused).toMatchObject({ exitCode: 3, stdout: "" });
    expect(refused.stderr).toContain("MACHINE_MISMATCH: this machine computes other bits");
    expect(refused.stderr).toContain("judge.sha256 is");
    await score();
    const { stdout } = await lager(["fleet", "status", run, "--store", store]);
    expect(stdout).toBe("1 of 2 shards done, 1 of 2 records\n");
    expect(await collected(folder, run, "--allow-missing")).toMatchObject({
      exitCode: 1,
      stdout: "3 scores, 0 failures of 2 shards; 1 shard missing: 0\n",
    });
  });
});
