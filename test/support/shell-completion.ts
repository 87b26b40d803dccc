import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startProcess } from "./run-process.ts";
import { scratchFolder } from "./scratch.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** A prompt that no shell prints by itself. */
const PROMPT = "lager-test-is-ready";
/** Meta-* completes with all candidates at once, Ctrl-X p writes the line down, Ctrl-U empties it. */
const COMPLETE_AND_WRITE = "\x1b*\x18p\x15";

/** What an interactive shell reads at its start: the script, and keys to see what it completes. */
const STARTS: Readonly<Record<"bash" | "zsh", (script: string, output: string) => string>> = {
  bash: (script, output) => `PS1='${PROMPT}'
source '${script}'
bind 'set completion-query-items 0'
bind '"\\e*": insert-completions'
bind -x '"\\C-xp": printf "%s\\n" "$READLINE_LINE" >> "${output}"'
`,
  zsh: (script, output) => `PS1='${PROMPT}'
autoload -U compinit
compinit -u -D
source '${script}'
all() { _main_complete; compstate[insert]=all; compstate[list]='' }
zle -C all-matches complete-word all
dump() { print -r -- "$BUFFER" >> '${output}' }
zle -N dump
bindkey '\\e*' all-matches
bindkey '^Xp' dump
bindkey '^U' kill-whole-line
`,
};

/** Whether a shell is installed, and for those with an editor of lines a terminal to run it in. */
export function hasShell(shell: Shell): boolean {
  const programs = shell === "fish" ? [shell] : [shell, "script"];
  return programs.every((program) => spawnSync(program, ["--version"]).status === 0);
}

/**
 * Has a shell complete lines, with the script that `lager completion` prints, as if they were typed.
 *
 * @returns for each line the words that may stand for its last one, as the shell would be given them.
 */
export async function completions(
  shell: Shell,
  script: string,
  { lines, cwd }: { readonly lines: readonly string[]; readonly cwd: string },
): Promise<string[][]> {
  const folder = await scratchFolder();
  const file = path.join(folder, `lager.${shell}`);
  await writeFile(file, script);
  if (shell === "fish") {
    return Promise.all(lines.map((line) => fishCompletions(file, line, { cwd, folder })));
  }
  const output = path.join(folder, "lines");
  const start = path.join(folder, shell === "bash" ? "bashrc" : ".zshrc");
  await writeFile(start, STARTS[shell](file, output));
  const command =
    shell === "bash" ? `bash --noprofile --rcfile '${start}' -i` : "zsh --no-globalrcs -i";
  const { child, end } = startProcess("script", ["-qec", command, "/dev/null"], {
    input: "open",
    cwd,
    env: { ZDOTDIR: folder, HOME: folder, TERM: "dumb", LC_ALL: "C" },
  });
  let shown = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
  });
  await until(() => shown.includes(PROMPT));
  const completed: string[][] = [];
  for (const [index, line] of lines.entries()) {
    child.stdin?.write(`${line}${COMPLETE_AND_WRITE}`);
    const written = async () =>
      existsSync(output) ? (await readFile(output, "utf8")).split("\n").slice(0, -1) : [];
    await until(async () => (await written()).length > index);
    completed.push(wordsAfter((await written())[index] ?? "", line));
  }
  child.stdin?.end("exit\r");
  await end;
  return completed;
}

/** fish prints what it would offer. */
async function fishCompletions(
  script: string,
  line: string,
  { cwd, folder }: { readonly cwd: string; readonly folder: string },
): Promise<string[]> {
  const code = `source $argv[1]; complete -C "$argv[2]" | string replace -r -- '\\t.*' ''`;
  const args = ["--no-config", "-c", code, script, line];
  const { stdout } = await startProcess("fish", args, { cwd, env: { HOME: folder } }).end;
  return stdout.split("\n").slice(0, -1);
}

/** Words of a completed line from the one on that was typed last; none where nothing was put in. */
function wordsAfter(completed: string, typed: string): string[] {
  if (completed.trimEnd() === typed.trimEnd()) return [];
  const before =
    /^(?:.*\s)?/.exec(
      typed.replace(/(["']).*?\1|\\./g, (text) => "x".repeat(text.length)).replace(/["'].*$/, ""),
    )?.[0] ?? "";
  return [
    ...completed.slice(before.length).matchAll(/(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s\\'"])+/g),
  ].map(([word]) =>
    word.replace(
      /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g,
      (_, single, double, escaped) => single ?? double?.replace(/\\(.)/g, "$1") ?? escaped,
    ),
  );
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error("the shell does not answer");
    await sleep(10);
  }
}
