import { Command } from "commander";
import { version } from "../base/version.ts";
import type { AddCommand, CommandContext } from "./command.ts";
import { printLines, printNote } from "./terminal.ts";

/** The commands, in the order in which the help lists them. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  quickstart: async () => (await import("./quickstart-command.ts")).quickstartCommand,
  init: async () => (await import("./init-command.ts")).initCommand,
  score: async () => (await import("./score-command.ts")).scoreCommand,
  select: async () => (await import("./select-command.ts")).selectCommand,
  knowledge: async () => (await import("./knowledge-command.ts")).knowledgeCommand,
  inspect: async () => (await import("./inspect-command.ts")).inspectCommand,
  diff: async () => (await import("./diff-command.ts")).diffCommand,
  compare: async () => (await import("./compare-command.ts")).compareCommand,
  gate: async () => (await import("./gate-command.ts")).gateCommand,
  eval: async () => (await import("./eval-command.ts")).evalCommand,
  fleet: async () => (await import("./fleet-command.ts")).fleetCommand,
  serve: async () => (await import("./serve-command.ts")).serveCommand,
  mcp: async () => (await import("./mcp-command.ts")).mcpCommand,
  view: async () => (await import("./view-command.ts")).viewCommand,
  label: async () => (await import("./label-command.ts")).labelCommand,
  tune: async () => (await import("./tune-command.ts")).tuneCommand,
  bench: async () => (await import("./bench-command.ts")).benchCommand,
  doctor: async () => (await import("./doctor-command.ts")).doctorCommand,
  tasks: async () => (await import("./tasks-command.ts")).tasksCommand,
  completion: async () => (await import("./completion-command.ts")).completionCommand,
  judges: async () => (await import("./judges-command.ts")).judgesCommand,
};

const VERSION_FLAGS = "-V, --version";

/** Options that the command line leaves out are taken from the folder's settings, and that is said. */
async function takeSettings(command: Command): Promise<void> {
  if (!command.options.some((option) => option.attributeName() === "judge")) return;
  const { applySettings, findSettings } = await import("./settings.ts");
  const settings = await findSettings();
  if (settings === null) return;
  const taken = applySettings(command, settings);
  if (taken.length === 0 || command.getOptionValue("quiet") === true) return;
  printNote(`note: ${taken.join(", ")} from ${settings.file}`);
}

/**
 * The command line, with the options of the command that `args` begin with, so that no command pays
 * for the others; with those of all where they name none, as the help needs them, but not the version.
 *
 * @param args without the interpreter and the script.
 */
export async function makeProgram(
  args: readonly string[],
  context: CommandContext,
): Promise<Command> {
  const program = new Command("lager")
    .description("A local LLM judge that reads every layer of a GGUF model.")
    .version(version, VERSION_FLAGS)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => printLines("stdout", text),
      writeErr: (text) => printLines("stderr", text),
    })
    .showHelpAfterError("(run with --help for the options)")
    .hook("preAction", (_, command) => takeSettings(command));
  const [name = ""] = args;
  for (const add of await Promise.all(neededFor(name).map((load) => load()))) add(program, context);
  return program;
}

function neededFor(name: string): readonly (() => Promise<AddCommand>)[] {
  if (VERSION_FLAGS.split(", ").includes(name)) return [];
  const named = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return named === undefined ? Object.values(COMMANDS) : [named];
}
