import { readFile, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readWholeRun, textLines } from "../support/read-lines.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";
import { record, withTinyJudge } from "../support/tiny-cli.ts";

/** Records that fail among them: a broken one, and two with the id of another. */
const RECORDS = [
  record("a"),
  record("b"),
  { id: "broken", instruction: "No response." },
  record("a", "Again."),
  record("c"),
  record("a", "And again."),
  record("d"),
];

/** What must be the same: how much was decoded anew is no figure of a score. */
function figures(line: string): string {
  return line.replace(/"reusedTokens":\d+/, "");
}

describe("a run that was ended and is gone on with", () => {
  it("has the lines of one that was not, bit for bit", async () => {
    const folder = await scratchFolder();
    const data = await writeLines(path.join(folder, "data.jsonl"), RECORDS);
    const whole = path.join(folder, "whole.jsonl");
    const resumed = path.join(folder, "resumed.jsonl");
    const score = (file: string, ...more: string[]) =>
      lager([
        "score",
        data,
        "--task",
        "general",
        ...withTinyJudge("llama-q4_k"),
        "-o",
        file,
        ...more,
      ]);
    expect((await score(whole)).exitCode).toBe(1);
    const expected = await textLines(whole);
    expect(expected).toHaveLength(1 + 4 * 3 + 3);

    const bytes = await readFile(whole);
    for (const share of [0.02, 0.35, 0.8, 1]) {
      await writeFile(resumed, bytes);
      await truncate(resumed, Math.floor(bytes.length * share) - 1);
      const { exitCode, stdout, stderr } = await score(resumed, "--resume");
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 1 });
      expect((await textLines(resumed)).map(figures)).toEqual(expected.map(figures));
      // The table is of the whole run.
      expect(stdout).toMatch(/^helpfulness +4 /m);
      expect(stdout).toContain("3 failed: INVALID_FIELD 1, DUPLICATE_ID 2");
      if (share > 0.3) expect(stderr).toMatch(/going on with the \d+ results/);
    }
    expect((await score(resumed, "--resume")).exitCode).toBe(1);
    expect((await readWholeRun(resumed)).lines).toHaveLength(15);
  });

  it("scores anew what changed, and is the run of the data as it is now", async () => {
    const folder = await scratchFolder();
    const data = path.join(folder, "data.jsonl");
    const file = path.join(folder, "run.jsonl");
    const fresh = path.join(folder, "fresh.jsonl");
    const score = async (output: string, records: readonly object[], ...more: string[]) => {
      await writeLines(data, records);
      return lager(["score", data, "--task", "general", ...withTinyJudge(), "-o", output, ...more]);
    };
    const unnamed = ["One.", "Two.", "Three."].map((response) => ({ instruction: "?", response }));
    await score(file, unnamed);
    const now = [{ instruction: "?", response: "Put in." }, ...unnamed.slice(1), ...RECORDS];
    const { exitCode, stdout, stderr } = await score(file, now, "--resume", "--format", "csv");
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1 });
    expect(stderr).toContain("6 results kept, 3 scored anew because what they come from changed");
    await score(fresh, now);
    const expected = await textLines(fresh);
    expect((await textLines(file)).map(figures)).toEqual(expected.map(figures));
    // What is printed is of the data as it is now, and in its order.
    expect(stdout.trim().split("\n").length).toBe(expected.length);
    expect((await lager(["diff", file, fresh])).exitCode).toBe(0);
  });

  it("begins where there is nothing yet, and refuses what does not fit", async () => {
    const folder = await scratchFolder();
    const data = await writeLines(path.join(folder, "data.jsonl"), [record("a")]);
    const file = path.join(folder, "run.jsonl");
    const score = (...more: string[]) =>
      lager(["score", data, "--task", "general", ...withTinyJudge(), ...more]);
    expect((await score("-o", file, "--resume")).exitCode).toBe(0);
    const other = await score("-o", file, "--resume", "--layers", "upper", "--format", "csv");
    expect(other).toMatchObject({ exitCode: 2, stdout: "" });
    expect(other.stderr).toContain("options.layers");
    expect((await score("--resume")).exitCode).toBe(2);
    expect((await score("-o", file, "--resume", "--force")).exitCode).toBe(2);
    expect((await readWholeRun(file)).scores).toHaveLength(3);
  });
});
