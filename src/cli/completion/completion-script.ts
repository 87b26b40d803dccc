import { readFile } from "node:fs/promises";
import path from "node:path";
import { LagerError } from "../../base/errors.ts";
import { ownValue } from "../../base/json.ts";
import { COMPLETION_FOLDER } from "../../base/package-paths.ts";
import { bashTables } from "./bash-tables.ts";
import type { CommandNode } from "./command-tree.ts";
import { fishTables } from "./fish-tables.ts";
import { zshTables } from "./zsh-tables.ts";

const TABLES: Readonly<Record<string, (program: CommandNode) => string>> = {
  bash: bashTables,
  zsh: zshTables,
  fish: fishTables,
};

/** Where the commands' tables stand in what is the same for all programs. */
const PLACE = "#TABLES#\n";

/**
 * The script that completes a program's command line in a shell. It holds all that it offers, so that
 * completing starts no process.
 *
 * @param shell `bash`, `zsh` or `fish`.
 */
export async function completionScript(shell: string, program: CommandNode): Promise<string> {
  const tables = ownValue(TABLES, shell);
  if (tables === undefined) throw new LagerError("INTERNAL", `no completion is made for ${shell}`);
  const script = await readFile(path.join(COMPLETION_FOLDER, `lager.${shell}`), "utf8");
  // Not as a replacement pattern: $ means something there.
  return script.replace(PLACE, () => tables(program));
}
