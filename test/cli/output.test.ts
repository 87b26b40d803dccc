import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parse as parseCsv } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { readWholeRun } from "../support/read-lines.ts";
import { lager, startLager, startProcess } from "../support/run-process.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";
import { QUICKSTART, record, withTinyJudge } from "../support/tiny-cli.ts";
import { tinyGguf } from "../support/tiny-judges.ts";

const SCORE = ["score", QUICKSTART.data, "--limit", "2", ...withTinyJudge()];

describe("standard output", () => {
  it("as JSON is the run file, byte for byte", async () => {
    const folder = await scratchFolder();
    const file = path.join(folder, "run.jsonl");
    const { exitCode, stdout } = await lager([...SCORE, "--format", "json", "-o", file]);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(await readFile(file, "utf8"));
    expect((await readWholeRun(file)).scores).toHaveLength(6);
  });

  it("as CSV has the run file's figures", async () => {
    const folder = await scratchFolder();
    const file = path.join(folder, "run.jsonl");
    const { exitCode, stdout } = await lager([...SCORE, "--format", "csv", "-o", file]);
    expect(exitCode).toBe(0);
    const rows = parseCsv(stdout, { columns: true }) as Record<string, string>[];
    const { scores } = await readWholeRun(file);
    expect(rows).toHaveLength(6);
    for (const [index, score] of scores.entries()) {
      expect(rows[index]).toMatchObject({
        id: score.id,
        criterion: score.criterion,
        human: score.human === undefined ? "" : String(score.human),
        prompt_tokens: String(score.promptTokens),
        failure_code: "",
      });
      expect(Math.fround(Number(rows[index]?.score))).toBe(score.score);
      expect(Math.fround(Number(rows[index]?.p_5))).toBe(score.probabilities[4]);
    }
  });

  it("as a table has no control characters when it is no terminal", async () => {
    const { exitCode, stdout } = await lager([...SCORE, "--format", "table"]);
    expect(exitCode).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are looked for.
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
    expect(stdout).toMatch(/^helpfulness +2 /m);
    expect(stdout).toMatch(/^egg-good +helpfulness /m);
  });

  it("is empty, and so is standard error, when a run file is written quietly", async () => {
    const folder = await scratchFolder();
    const file = path.join(folder, "run.jsonl");
    expect(await lager([...SCORE, "--quiet", "-o", file])).toMatchObject({
      exitCode: 0,
      stdout: "",
      stderr: "",
    });
    expect((await readWholeRun(file)).scores).toHaveLength(6);
  });

  it("has the results alone, with --quiet and no run file", async () => {
    const { stdout, stderr } = await lager([...SCORE, "--quiet", "--format", "csv"]);
    expect(stderr).toBe("");
    expect(stdout.trim().split("\n")).toHaveLength(7);
  });

  it.each(["json", "csv", "table"])("may be closed by its reader: %s", async (format) => {
    const { child, end } = startLager([...SCORE, "--format", format]);
    child.stdout?.destroy();
    const { exitCode, stderr } = await end;
    expect(exitCode).toBe(141);
    expect(stderr).not.toMatch(/^lager:|^ +at /m);
  });

  it("takes llama.cpp's own log on standard error alone, and only when it is asked for", async () => {
    const quiet = await lager([...SCORE, "--format", "csv"]);
    const verbose = await lager([...SCORE, "--format", "csv", "--verbose"]);
    expect(verbose.stdout).toBe(quiet.stdout);
    expect(quiet.stderr).not.toContain("llama_model_loader");
    expect(verbose.stderr).toContain("llama_model_loader");
  });

  it.each(["process", "none"])(
    "shows what a judge's file wrote into that log: %s",
    async (where) => {
      const judge = path.join(await scratchFolder(), "judge.gguf");
      const bytes = await readFile(tinyGguf("llama-spm-tied"));
      bytes.write("\u001b[2J\u009b", bytes.indexOf("tiny llama-spm-tied"));
      await writeFile(judge, bytes);
      const { stderr, exitCode } = await lager([
        ...["score", QUICKSTART.data, "--task", QUICKSTART.task, "--judge", judge, "--gpu", "off"],
        ...["--threads", "1", "--verbose", "--isolation", where, "--limit", "1"],
      ]);
      expect(exitCode).toBe(0);
      expect(stderr).toContain("\\x1b[2J");
      expect(stderr.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    },
  );
});

describe("standard input", () => {
  const records = [record("a"), record("b", 'One, two, "three".')];
  const csv =
    'id,instruction,response\na,Question a?,An answer.\nb,Question b?,"One, two, ""three""."\n';
  const options = [...withTinyJudge(), "--format", "csv", "--quiet"];

  it("may be JSON Lines, a JSON array or CSV", async () => {
    const jsonl = records.map((each) => JSON.stringify(each)).join("\n");
    const expected = (await lager(["score", "-", ...options], { input: jsonl })).stdout;
    expect(expected.split("\n").map((row) => row.split(",")[0])).toEqual([
      ...["id", "a", "a", "a", "b", "b", "b", ""],
    ]);
    for (const input of [JSON.stringify(records, null, 2), csv, `\ufeff${jsonl}\r\n`]) {
      expect(await lager(["score", "-", ...options], { input })).toMatchObject({
        exitCode: 0,
        stdout: expected,
      });
    }
  });

  it("gives what a file gives", async () => {
    const folder = await scratchFolder();
    const jsonl = await writeLines(path.join(folder, "data.jsonl"), records);
    const fromFile = await lager(["score", jsonl, ...options]);
    const table = path.join(folder, "data.csv");
    await writeFile(table, csv);
    const fromTable = await lager(["score", table, ...options]);
    const fromInput = await lager(["score", "-", ...options], { input: await readFile(jsonl) });
    expect(fromInput.stdout).toBe(fromFile.stdout);
    expect(fromTable.stdout).toBe(fromFile.stdout);
  });

  it("that is empty has nothing to score, which is no success", async () => {
    const { exitCode, stdout } = await lager(["score", "-", ...options], { input: "" });
    expect(exitCode).toBe(2);
    expect(stdout.trim().split("\n")).toHaveLength(1);
  });
});

describe("the run file", () => {
  it("is not overwritten unless that is asked for", async () => {
    const folder = await scratchFolder();
    const file = path.join(folder, "run.jsonl");
    await writeFile(file, "an older run");
    const { exitCode, stdout, stderr } = await lager([...SCORE, "-o", file]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/^lager: OUTPUT_EXISTS: .*run\.jsonl.*--force/);
    expect(await readFile(file, "utf8")).toBe("an older run");

    expect(await lager([...SCORE, "-o", file, "--force"])).toMatchObject({ exitCode: 0 });
    expect((await readWholeRun(file)).scores).toHaveLength(6);
  });

  it("survives a run that cannot begin, even with --force", async () => {
    const folder = await scratchFolder();
    const file = path.join(folder, "run.jsonl");
    await writeFile(file, "an older run");
    const args = ["score", QUICKSTART.data, "--judge", "nosuch", "--force", "-o", file];
    expect(await lager(args)).toMatchObject({ exitCode: 3 });
    expect(await readFile(file, "utf8")).toBe("an older run");
  });

  it("needs its folder to be there, and to be a file", async () => {
    const folder = await scratchFolder();
    const missing = await lager([...SCORE, "-o", path.join(folder, "nowhere", "run.jsonl")]);
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toMatch(/^lager: UNWRITABLE_OUTPUT: .*nowhere/);
    expect(await readdir(folder)).toEqual([]);

    const itself = await lager([...SCORE, "-o", folder, "--force"]);
    expect(itself.exitCode).toBe(2);
    expect(itself.stderr).toMatch(/^lager: UNWRITABLE_OUTPUT: .*folder/);
  });

  it("cannot go into a read-only folder", async (context) => {
    const folder = path.join(await scratchFolder(), "read-only");
    await mkdir(folder);
    await chmod(folder, 0o555);
    // Root may write anywhere, unless it gives that up.
    const isRoot = process.getuid?.() === 0;
    const args = ["dist/cli/main.js", ...SCORE, "-o", path.join(folder, "run.jsonl")];
    if (process.platform === "win32") context.skip("folders are not made read-only like this");
    const { end } = isRoot
      ? startProcess("setpriv", [
          ...["--bounding-set", "-dac_override", "--inh-caps", "-dac_override"],
          ...[process.execPath, ...args],
        ])
      : startProcess(process.execPath, args);
    const result = await end.catch((error: unknown) => {
      context.skip(`root cannot give up its rights here: ${String(error)}`);
    });
    expect(result?.stderr).toMatch(/^lager: UNWRITABLE_OUTPUT: .*read-only/);
    expect(result?.exitCode).toBe(2);
  });
});
