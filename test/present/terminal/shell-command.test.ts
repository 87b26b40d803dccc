import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { visibleText } from "../../../src/base/visible-text.ts";
import { shellCommand } from "../../../src/present/terminal/shell-command.ts";
import { scratchFolder } from "../../support/scratch.ts";

/** Ids of records, of which a careless line would run the most. */
const IDS = [
  ...["a1", "x; touch ./OWNED #", "$(touch OWNED)", "`touch OWNED`", "a'b", `"'"`, "a\\'b"],
  ...[
    "a b",
    "",
    "*",
    "~",
    "~root",
    "{a,b}",
    "!!",
    "a!b",
    "#a",
    "a&b",
    "a|b",
    "<a>",
    "$HOME",
    "=ls",
  ],
  ...["-2", "--help", "-", "--", "%1", "判断", "a\\n", "%s%n", "a=b", "[ab]*", "?"],
  ...["a\nb", "\n'; touch OWNED\n'x", "\u001b[2J", "\u202etxt", "\t", "-\u0007%b\\077", "a\r"],
];

const SHELLS = ["/bin/sh", "/bin/dash", "/bin/bash", "/bin/zsh"].filter(existsSync);
const ECHO = "process.stdout.write(JSON.stringify(process.argv.slice(1)))";

describe.skipIf(process.platform === "win32").each(SHELLS)("a command line in %s", (shell) => {
  it.each(IDS)("gives the program %j", async (id) => {
    const folder = await scratchFolder();
    const line = shellCommand([process.execPath, "-e", ECHO], ["run.jsonl", id], "linux");
    if (line === null) throw new Error("there is no line");
    expect(visibleText(line)).toBe(line);
    const { stdout } = spawnSync(shell, ["-c", line], { cwd: folder, encoding: "utf8" });
    expect(JSON.parse(stdout)).toEqual(["run.jsonl", id]);
    expect(existsSync(`${folder}/OWNED`)).toBe(false);
  });
});

describe("a command line", () => {
  it("is bare where nothing needs quotes", () => {
    expect(shellCommand(["lager", "inspect"], ["out/run.jsonl", "egg-good"], "linux")).toBe(
      "lager inspect out/run.jsonl egg-good",
    );
  });

  it("is not there for what no argument can hold", () => {
    for (const id of ["a\0b", "\ud83d", "a\n"]) {
      expect(shellCommand(["lager"], [id], "linux")).toBeNull();
    }
  });

  it("on Windows is what cmd and PowerShell both understand, or is not there", () => {
    const line = (id: string) => shellCommand(["lager"], [id], "win32");
    expect(line("C:\\runs\\a.jsonl")).toBe("lager C:\\runs\\a.jsonl");
    expect(line("x & calc")).toBe('lager "x & calc"');
    expect(line("x; calc #'")).toBe(`lager "x; calc #'"`);
    expect(line("-2")).toBe('lager "--" -2');
    for (const id of ['a"b', "a”b", "$(calc)", "`n", "%PATH%", "a!b", "a b\\", "a\nb"]) {
      expect(line(id)).toBeNull();
    }
  });
});
