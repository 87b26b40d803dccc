import type { ArgumentNode, CommandNode, OptionNode } from "./command-tree.ts";
import type { CompletedFiles, ValueCompletion } from "./value-completion.ts";
import { allCommands, commandName, plainWords } from "./walk-commands.ts";

/** A function for every command, which tells zsh's `_arguments` of its options and arguments. */
export function zshTables(program: CommandNode): string {
  return allCommands(program).map(commandFunctions).join("\n");
}

function commandFunctions(command: CommandNode): string {
  const specs = [
    ...command.options.map(optionSpec),
    ...(command.commands.length > 0 ? [`'1:command:${functionOf(command)}_commands'`] : []),
    ...command.arguments.flatMap((argument, index) =>
      // A group's first word may be a command, too: its function offers both.
      index === 0 && command.commands.length > 0 && !argument.variadic
        ? []
        : [argumentSpec(argument, index)],
    ),
  ];
  const lines = specs.map((spec) => ` \\\n    ${spec}`).join("");
  const body = `${chosenCommand(command)}  _arguments -S${lines}\n`;
  return `${commandList(command)}${functionOf(command)}() {\n${body}}\n`;
}

/** Goes on with the command that is named, as if its name were the first word. */
function chosenCommand({ commands }: CommandNode): string {
  if (commands.length === 0) return "";
  const branches = commands.map(
    (each) =>
      `      ${plainWords([commandName(each)])}) shift words; (( CURRENT-- )); ${functionOf(each)}; return ;;\n`,
  );
  return `  if (( CURRENT > 2 )); then\n    case $words[2] in\n${branches.join("")}    esac\n  fi\n`;
}

function commandList(command: CommandNode): string {
  if (command.commands.length === 0) return "";
  const items = command.commands.map(
    (each) => `\n    ${singleQuoted(`${plainWords([commandName(each)])}:${each.help}`)}`,
  );
  const [first] = command.arguments;
  const others = first === undefined ? "" : `  ${valueCall(first.value)}\n`;
  return (
    `${functionOf(command)}_commands() {\n  local -a commands=(${items.join("")}\n  )\n` +
    `  _describe -t commands command commands\n${others}}\n`
  );
}

function functionOf({ path }: CommandNode): string {
  return ["_lager", ...path].join("_");
}

function optionSpec({ short, long, help, value }: OptionNode): string {
  const text = `[${help.replace(/[[\]\\]/g, "\\$&")}]`;
  if (value === null) {
    if (short === null) return singleQuoted(`${long}${text}`);
    return `'(${short} ${long})'{${short},${long}}${singleQuoted(text)}`;
  }
  const action = `${text}:${long.slice(2)}:${valueAction(value)}`;
  // What is given again counts, or is added: it is offered again.
  return short === null
    ? singleQuoted(`*${long}=${action}`)
    : `'*'{${short}+,${long}=}${singleQuoted(action)}`;
}

function argumentSpec({ name, value, variadic }: ArgumentNode, index: number): string {
  return singleQuoted(`${variadic ? "*" : index + 1}:${name}:${valueAction(value)}`);
}

/** The space in front has the function called without zsh's own arguments. */
function valueAction(value: ValueCompletion): string {
  return ` ${valueCall(value).replaceAll(":", "\\:")}`;
}

function valueCall({ words, files, isList }: ValueCompletion): string {
  return `_lager_value ${filesWord(files)} ${isList ? "list" : "one"} ${plainWords(words)}`.trim();
}

function filesWord(files: CompletedFiles): string {
  return typeof files === "string" ? files : files.join("/");
}

function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
