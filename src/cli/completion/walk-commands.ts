import { LagerError } from "../../base/errors.ts";
import type { CommandNode, OptionNode } from "./command-tree.ts";

/** A command and all below it. */
export function allCommands(command: CommandNode): readonly CommandNode[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

/** Last word of a command's path; empty for the program itself. */
export function commandName({ path }: CommandNode): string {
  return path.at(-1) ?? "";
}

/** The words that lead to a command, with spaces in between. */
export function pathWords({ path }: CommandNode): string {
  return plainWords(path);
}

/** How an option may be typed. */
export function optionNames({ short, long }: OptionNode): string[] {
  return short === null ? [long] : [long, short];
}

/**
 * Words as every shell takes them without quotes, with spaces in between.
 *
 * @throws LagerError `INTERNAL` for one that means something to a shell.
 */
export function plainWords(words: readonly string[]): string {
  const wrong = words.find((word) => !/^[\w.:-]+$/.test(word));
  if (wrong === undefined) return words.join(" ");
  throw new LagerError("INTERNAL", `${JSON.stringify(wrong)} cannot stand in a shell's script`);
}
