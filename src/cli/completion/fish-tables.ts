import type { ArgumentNode, CommandNode, OptionNode } from "./command-tree.ts";
import type { ValueCompletion } from "./value-completion.ts";
import { allCommands, commandName, optionNames, pathWords, plainWords } from "./walk-commands.ts";

/** What fish completes, one line each, and the lists by which it knows where the cursor is. */
export function fishTables(program: CommandNode): string {
  const commands = allCommands(program);
  const paths = commands.filter(({ path }) => path.length > 0).map(pathWords);
  const valued = commands.flatMap((each) =>
    each.options
      .filter(({ value }) => value !== null)
      .flatMap(optionNames)
      .map((name) => `${pathWords(each)} ${name}`),
  );
  return [
    `set -g __lager_commands ${paths.map(quoted).join(" ")}\n`,
    `set -g __lager_valued ${valued.map(quoted).join(" ")}\n\n`,
    ...commands.flatMap(commandLines),
  ].join("");
}

function commandLines(command: CommandNode): string[] {
  const first = `__lager_argument 0 ${pathWords(command)}`;
  return [
    ...command.commands.map((each) =>
      complete(first, `-f -a ${plainWords([commandName(each)])}`, each.help),
    ),
    ...command.arguments.map((argument, index) => argumentLine(command, argument, index)),
    ...command.options.map((option) => optionLine(command, option)),
  ];
}

function argumentLine(command: CommandNode, argument: ArgumentNode, index: number): string {
  const number = argument.variadic ? "any" : index;
  return complete(
    `__lager_argument ${number} ${pathWords(command)}`,
    valueFlags(argument.value),
    argument.name,
  );
}

function optionLine(command: CommandNode, { short, long, help, value }: OptionNode): string {
  const names = `${short === null ? "" : `-s ${short.slice(1)} `}-l ${long.slice(2)}`;
  const flags = value === null ? names : `${names} -r ${valueFlags(value)}`;
  return complete(`__lager_at ${pathWords(command)}`, flags, help);
}

function valueFlags({ words, files, isList }: ValueCompletion): string {
  const list = isList ? "list" : "one";
  const offered = words.length === 0 ? "" : ` -a '(__lager_words ${list} ${plainWords(words)})'`;
  if (files === "folders") return "-f -a '(__fish_complete_directories (commandline -ct))'";
  if (files === "none") return `-f${offered}`;
  // Endings are left to the eye: fish has files of all endings, or none.
  return `-F${offered}`;
}

function complete(condition: string, flags: string, help: string): string {
  return `complete -c lager -n ${quoted(condition.trim())} ${flags} -d ${quoted(help)}\n`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
