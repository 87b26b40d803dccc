import type { Argument, Command, Option } from "commander";
import { defaultCommandOf, isListOption } from "../command.ts";
import { type ValueCompletion, valueCompletion } from "./value-completion.ts";

/** An option as it is typed, `-j` and `--judge`, with what completes its value; null for a flag. */
export interface OptionNode {
  readonly short: string | null;
  readonly long: string;
  readonly help: string;
  readonly value: ValueCompletion | null;
}

export interface ArgumentNode {
  readonly name: string;
  readonly value: ValueCompletion;
  /** Whether all that follow are the same. */
  readonly variadic: boolean;
}

/** A command, and what may stand after its name. */
export interface CommandNode {
  /** The words that lead to it: none for the program itself. */
  readonly path: readonly string[];
  readonly help: string;
  readonly options: readonly OptionNode[];
  readonly arguments: readonly ArgumentNode[];
  readonly commands: readonly CommandNode[];
}

/** All commands below a program, with their options and arguments, as the program itself holds them. */
export function commandTree(program: Command): CommandNode {
  return nodeOf(program, []);
}

function nodeOf(command: Command, path: readonly string[]): CommandNode {
  const help = command.createHelp();
  const commands = help
    .visibleCommands(command)
    .map((each) =>
      isHelp(each, command)
        ? helpNode(each, command, [...path, each.name()])
        : nodeOf(each, [...path, each.name()]),
    );
  // A group's default command is run where none is named.
  const run = defaultCommandOf(command) ?? command;
  return {
    path,
    help: command.description(),
    options: help.visibleOptions(run).map(optionNode),
    arguments: run.registeredArguments.map(argumentNode),
    commands,
  };
}

/** commander's own `help`, which is in no list of commands. */
function isHelp(command: Command, parent: Command): boolean {
  return command.name() === "help" && !parent.commands.includes(command);
}

function helpNode(command: Command, parent: Command, path: readonly string[]): CommandNode {
  const words = parent.commands.map((each) => each.name());
  const value: ValueCompletion = { words, files: "none", isList: false };
  return {
    path,
    help: command.description(),
    options: [],
    arguments: [{ name: "command", value, variadic: false }],
    commands: [],
  };
}

function optionNode(option: Option): OptionNode {
  const placeholder = /[<[]([a-z-]+)/.exec(option.flags)?.[1];
  return {
    short: option.short ?? null,
    long: option.long ?? option.flags,
    help: option.description,
    value:
      placeholder === undefined
        ? null
        : valueCompletion(placeholder, option.argChoices, isListOption(option)),
  };
}

function argumentNode(argument: Argument): ArgumentNode {
  return {
    name: argument.name(),
    value: valueCompletion(argument.name(), argument.argChoices, false),
    variadic: argument.variadic,
  };
}
