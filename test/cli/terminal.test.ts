import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { lager, startLager, startProcess } from "../support/run-process.ts";
import { scratchFolder, writeLines } from "../support/scratch.ts";

/** Moves the cursor, sets the title, colours, turns the direction, and ends a line too early. */
const HOSTILE = "\u001b[2J\u009b31m\u001b]0;owned\u0007\u202egnp\u2069\r\u200b\u007f\nlager: fake";

/** Nothing but line ends may reach a terminal of what is not seen. */
const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe("what a command prints", () => {
  it("is seen in results, whatever the records hold", async () => {
    const folder = await scratchFolder();
    const data = await writeLines(path.join(folder, "data.jsonl"), [
      { id: HOSTILE, instruction: HOSTILE, response: HOSTILE, group: HOSTILE, system: HOSTILE },
      { id: `${HOSTILE} 2`, instruction: 3, response: "r" },
    ]);
    const { stdout } = await lager(["tasks", "check", "general", data]);
    expect(stdout).toContain("\\x1b[2J\\x9b31m");
    expect(stdout).not.toMatch(UNSEEN);
    const json = await lager(["tasks", "check", "general", data, "--json"]);
    expect(json.stdout).not.toMatch(UNSEEN);
    expect(JSON.parse(json.stdout).prompts[0].id).toBe(HOSTILE);
  });

  it("is seen in errors, in one line, whatever files and options are called", async () => {
    const folder = await scratchFolder();
    const task = path.join(folder, "task.yaml");
    await writeFile(task, `name: ${JSON.stringify(HOSTILE)}\n${JSON.stringify(HOSTILE)}: 1\n`);
    for (const args of [
      ["tasks", "check", "general", `${HOSTILE}.jsonl`],
      ["tasks", "show", task],
      ["inspect", "run.jsonl", HOSTILE],
      ["score", "data.jsonl", "--judge", HOSTILE],
    ]) {
      const { stderr, exitCode } = await lager(args);
      expect(exitCode).toBeGreaterThan(1);
      expect(stderr).toMatch(/^lager: [A-Z_]+: .*\n$/);
      expect(stderr).not.toMatch(UNSEEN);
    }
    const usage = await lager([`--${HOSTILE}`]);
    expect(usage.stderr).toContain("unknown option");
    expect(usage.stderr).not.toMatch(UNSEEN);
  });
});

describe("standard output", () => {
  it.each([["--help"], ["--version"], ["tasks", "list"], ["score", "--help"], ["judges", "list"]])(
    "may be closed by its reader: %s %s",
    async (...args) => {
      const { child, end } = startLager(args.filter((arg) => arg !== undefined));
      child.stdout?.destroy();
      expect(await end).toMatchObject({ exitCode: 141, stderr: "" });
    },
  );

  it.skipIf(process.platform !== "linux").each(["--help", "tasks list"])(
    "on a full disk is an error: %s",
    async (words) => {
      const line = `exec "$0" dist/cli/main.js ${words} > /dev/full`;
      const { end } = startProcess("/bin/sh", ["-c", line, process.execPath]);
      const { exitCode, stderr } = await end;
      expect(stderr).toMatch(
        /^lager: UNWRITABLE_OUTPUT: standard output cannot be written: ENOSPC/,
      );
      expect(exitCode).toBe(2);
    },
  );
});
