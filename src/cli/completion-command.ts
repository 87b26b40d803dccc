import { command } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { writeStdout } from "./terminal.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

export const completionCommand = command({
  name: "completion",
  description: "Print a script that completes commands, options, names and files in a shell.",
  arguments: [["<shell>", "the shell that is to run it", SHELLS]],
  async run([shell], _, signal) {
    const { commandTree } = await import("./completion/command-tree.ts");
    const { completionScript } = await import("./completion/completion-script.ts");
    const { makeProgram } = await import("./program.ts");
    // All commands, as for the help.
    const tree = commandTree(await makeProgram([], { signal, finish: () => {} }));
    await writeStdout(await completionScript(shell, tree));
    return EXIT.ok;
  },
});
