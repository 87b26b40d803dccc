import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { commandTree } from "../../src/cli/completion/command-tree.ts";
import { completionScript } from "../../src/cli/completion/completion-script.ts";
import { allCommands } from "../../src/cli/completion/walk-commands.ts";
import { makeProgram } from "../../src/cli/program.ts";
import { CATALOG } from "../../src/engine/models/catalog.ts";
import { builtinTaskNames } from "../../src/input/task/load-task.ts";
import { lager } from "../support/run-process.ts";
import { scratchFolder } from "../support/scratch.ts";
import { completions, hasShell, SHELLS, type Shell } from "../support/shell-completion.ts";

const { signal } = new AbortController();
const program = await makeProgram([], { signal, finish: () => {} });
const tree = commandTree(program);

const FILES = [
  "my run.jsonl",
  "it's.jsonl",
  "a$(touch ran1).jsonl",
  "b`touch ran2`.csv",
  '"c".json',
];

/** A folder with files of awkward names, a judge, a task and a folder. */
async function folderOfFiles(): Promise<string> {
  const folder = await scratchFolder();
  for (const file of [...FILES, "my judge.gguf", "my task.yaml"]) {
    await writeFile(path.join(folder, file), "");
  }
  await mkdir(path.join(folder, "folder"));
  return folder;
}

async function complete(shell: Shell, lines: readonly string[], cwd?: string): Promise<string[][]> {
  const folder = cwd ?? (await folderOfFiles());
  return completions(shell, await completionScript(shell, tree), { lines, cwd: folder });
}

/** Words without the slash that shells put behind folders. */
function sorted(words: readonly string[]): string[] {
  return words.map((word) => word.replace(/(?<=.)\/$/, "")).sort();
}

function optionsOf(...words: string[]): string[] {
  const found = words.reduce(
    (command: Command | undefined, word) => command?.commands.find((each) => each.name() === word),
    program,
  );
  const long = found?.options.map((option) => option.long ?? "") ?? [];
  return [...long, "--help"].sort();
}

it("the tree holds every command, option and choice of the program", () => {
  const shown = allCommands(tree).map((each) => each.path.join(" "));
  const own = (command: Command, way: string): string[] =>
    command.commands.flatMap((each) => {
      const name = `${way} ${each.name()}`.trim();
      return [name, ...own(each, name)];
    });
  expect(shown).toEqual(expect.arrayContaining(own(program, "")));
  expect(shown.length).toBeGreaterThan(25);
  const gpu = allCommands(tree)
    .find((each) => each.path.join(" ") === "score")
    ?.options.find((option) => option.long === "--gpu");
  expect(gpu?.value?.words).toEqual(["auto", "off", "cuda", "vulkan", "metal"]);
});

it.each(SHELLS)("lager completion %s prints the script, and nothing else", async (shell) => {
  const { exitCode, stdout, stderr } = await lager(["completion", shell]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toBe(await completionScript(shell, tree));
});

it("another shell is refused, with those that there are", async () => {
  const { exitCode, stderr } = await lager(["completion", "powershell"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("bash, zsh, fish");
});

describe.each(SHELLS)("in %s", (shell) => {
  const inShell = it.skipIf(!hasShell(shell));

  inShell("commands, options, names and choices are those of the program", async () => {
    const [commands, sub, options, judge, task, layers, gpu, listed, help, first, next] =
      await complete(shell, [
        ...["lager ", "lager tasks ", "lager gate --", "lager score --judge q"],
        ...[
          "lager bench h",
          "lager score --layers w",
          "lager score --gpu ",
          "lager score --include tokens,",
        ],
        ...["lager help j", "lager label pl", "lager tasks check hann"],
      ]);
    const names = program.commands.map((command) => command.name());
    expect(sorted(commands ?? [])).toEqual([...names, "help"].sort());
    expect(sorted(sub ?? [])).toEqual(["check", "help", "list", "show"]);
    expect(sorted((options ?? []).map((each) => each.replace(/=$/, "")))).toEqual(
      optionsOf("gate"),
    );
    const qwen = CATALOG.map(({ name }) => name).filter((name) => name.startsWith("q"));
    expect(qwen.length).toBeGreaterThan(3);
    expect(sorted(judge ?? [])).toEqual(qwen.sort());
    expect(sorted(task ?? [])).toEqual(
      builtinTaskNames()
        .filter((name) => /^h/.test(name))
        .sort(),
    );
    expect(sorted(layers ?? [])).toEqual(["weights:", "window:"]);
    expect(sorted(gpu ?? [])).toEqual(["auto", "cuda", "metal", "off", "vulkan"]);
    expect(sorted(listed ?? [])).toEqual(["tokens,prompt", "tokens,texts", "tokens,tokens"]);
    expect(sorted(help ?? [])).toEqual(["judges"]);
    expect(sorted(first ?? [])).toEqual(["plan"]);
    expect(sorted(next ?? [])).toEqual(["hanna"]);
  });

  inShell(
    "a value behind an equals sign is completed, and option values are no arguments",
    async () => {
      const [equals, second, number, answer] = await complete(shell, [
        "lager score --judge=smol",
        "lager tasks check hanna --condition prefill my",
        "lager score x.jsonl --limit ",
        "lager score -- --j",
      ]);
      expect(equals).toEqual(["--judge=smollm2-135m"]);
      expect(sorted(second ?? [])).toEqual(["my judge.gguf", "my run.jsonl", "my task.yaml"]);
      expect([number, answer]).toEqual([[], []]);
    },
  );

  inShell("files are completed wherever one is taken, whatever their names are", async () => {
    const lines = [
      "lager inspect ",
      "lager score x --output ",
      "lager compare a b ",
      "lager diff a ",
    ];
    for (const found of await complete(shell, lines)) {
      expect(sorted(found)).toEqual(sorted([...FILES, "my judge.gguf", "my task.yaml", "folder"]));
    }
    const [space, quoted, apostrophe, command, folders, judge, task, either] = await complete(
      shell,
      [
        ...["lager inspect my\\ r", "lager inspect 'my r", "lager inspect it", "lager inspect a"],
        ...["lager init ", "lager score x --judge my", "lager score x --task my", "lager label my"],
      ],
    );
    expect([space, quoted]).toEqual([["my run.jsonl"], ["my run.jsonl"]]);
    expect([apostrophe, command]).toEqual([["it's.jsonl"], ["a$(touch ran1).jsonl"]]);
    expect(sorted(folders ?? [])).toEqual(["folder"]);
    // fish has files of all endings, or none.
    const named = shell === "fish" ? ["my judge.gguf", "my run.jsonl", "my task.yaml"] : null;
    expect(sorted(judge ?? [])).toEqual(named ?? ["my judge.gguf"]);
    expect(sorted(task ?? [])).toEqual(named ?? ["my task.yaml"]);
    expect(sorted(either ?? [])).toEqual(["my judge.gguf", "my run.jsonl", "my task.yaml"]);
  });

  inShell("nothing that is typed is run", async () => {
    const folder = await folderOfFiles();
    const before = await readdir(folder);
    const typed = [
      "$(touch ran3)",
      "`touch ran4`",
      '"$(touch ran5)',
      "\x24{x:=$(touch ran6)}",
      "'$(touch ran7)",
    ];
    const lines = typed.flatMap((word) =>
      [word, `${word}/`, `${word}/x`, `${word} `].flatMap((end) =>
        [
          "",
          "inspect ",
          "score --judge ",
          "score --task=",
          "init ",
          "score --layers ",
          "score --include tokens,",
        ].map((start) => `lager ${start}${end}`),
      ),
    );
    await complete(shell, lines, folder);
    expect(await readdir(folder)).toEqual(before);
  });
});
