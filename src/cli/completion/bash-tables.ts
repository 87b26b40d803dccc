import type { CommandNode } from "./command-tree.ts";
import type { CompletedFiles, ValueCompletion } from "./value-completion.ts";
import { allCommands, commandName, optionNames, pathWords, plainWords } from "./walk-commands.ts";

/** Functions that look up what the program has: all text in them is the program's own. */
export function bashTables(program: CommandNode): string {
  const commands = allCommands(program);
  return [
    "# Whether these words lead to a command.",
    lookUp("_lager_is_command", [
      [commands.filter((each) => each.path.length > 0).map(pathWords), "return 0"],
      [null, "return 1"],
    ]),
    "# Sets what completes the value of a command's option; fails where it takes none.",
    lookUp("_lager_value", [...optionValues(commands), [null, "return 1"]]),
    "# Sets what completes an argument of a command, by its number from 0 on.",
    lookUp("_lager_argument", argumentValues(commands)),
    "# Adds the commands of a group.",
    lookUp(
      "_lager_commands",
      commands
        .filter((each) => each.commands.length > 0)
        .map((each) => [[pathWords(each)], addWords(each.commands.map(commandName))]),
    ),
    "# Sets the options of a command.",
    lookUp(
      "_lager_options",
      commands.map((each) => [[pathWords(each)], addWords(each.options.flatMap(optionNames))]),
    ),
  ].join("\n");
}

type Case = readonly [patterns: readonly string[] | null, body: string];

function lookUp(name: string, cases: readonly Case[]): string {
  const branches = cases.map(([patterns, body]) => {
    const shown = patterns === null ? "*" : patterns.map((each) => quoted(each)).join(" | ");
    return `    ${shown}) ${body} ;;\n`;
  });
  return `${name}() {\n  case $1 in\n${branches.join("")}  esac\n}\n`;
}

/** A text that stands for itself; a star at its end for whatever follows. */
function quoted(pattern: string): string {
  return pattern.endsWith("*") ? `'${pattern.slice(0, -1)}'*` : `'${pattern}'`;
}

/** Options by what completes them, as most that take the same value are the same option. */
function optionValues(commands: readonly CommandNode[]): Case[] {
  const byValue = new Map<string, string[]>();
  for (const command of commands) {
    for (const option of command.options) {
      if (option.value === null) continue;
      const body = assigned(option.value);
      const patterns = optionNames(option).map((name) => `${pathWords(command)} ${name}`);
      byValue.set(body, [...(byValue.get(body) ?? []), ...patterns]);
    }
  }
  return [...byValue].map(([body, patterns]) => [patterns, body]);
}

function argumentValues(commands: readonly CommandNode[]): Case[] {
  return commands.flatMap((command) =>
    command.arguments.map(({ value, variadic }, index): Case => {
      return [[`${pathWords(command)} ${variadic ? "*" : index}`], assigned(value)];
    }),
  );
}

function assigned({ words, files, isList }: ValueCompletion): string {
  return `words='${plainWords(words)}' files='${filesWord(files)}' list='${isList ? "," : ""}'`;
}

function filesWord(files: CompletedFiles): string {
  if (files === "none") return "";
  return typeof files === "string" ? files : plainWords(files);
}

function addWords(words: readonly string[]): string {
  return `words+=' ${plainWords(words)}'`;
}
