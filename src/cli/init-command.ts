import { command, flag } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { printNote, writeStdout } from "./terminal.ts";

export const initCommand = command({
  name: "init",
  description: "Write a commented task, sample data and settings into a folder.",
  arguments: [["[folder]", "made if it is not there (default: this one)"]],
  options: [flag("--force", "replace files of these names")],
  async run([folder = "."], { force = false }) {
    const { initFolder } = await import("../workflows/init/init-folder.ts");
    const files = await initFolder(folder, { force });
    await writeStdout(files.map((file) => `${file}\n`).join(""));
    const { shellCommand } = await import("../present/terminal/shell-command.ts");
    const go = folder === "." ? null : shellCommand(["cd"], [folder]);
    printNote(
      `next: ${go === null ? "" : `${go} && `}lager tasks check task.yaml answers.jsonl   (what the judge ` +
        "is shown; then lager score answers.jsonl)",
    );
    return EXIT.ok;
  },
});
