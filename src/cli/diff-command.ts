import { diffText } from "../present/terminal/diff-text.ts";
import { compareRuns } from "../run/compare-runs.ts";
import { readRun } from "../run/read-run.ts";
import { EXIT } from "./exit-code.ts";
import { StatusLine } from "./status-line.ts";
import { writeStdout } from "./stdout.ts";

/** `lager diff`: compares two runs bit by bit; 0 when all figures are the same, 1 when not. */
export async function diffCommand(
  left: string,
  right: string,
  options: { readonly json?: boolean },
  signal: AbortSignal,
): Promise<number> {
  const status = new StatusLine();
  const onCutLastLine = (error: Error) => status.note(`note: ${error.message}`);
  const comparison = await compareRuns(
    await readRun(left, { onCutLastLine }),
    await readRun(right, { onCutLastLine }),
    { signal },
  );
  const columns = process.stdout.columns ?? 100;
  await writeStdout(
    options.json === true
      ? `${JSON.stringify(comparison)}\n`
      : diffText(comparison, [left, right], { columns }),
  );
  return comparison.identical ? EXIT.ok : EXIT.differs;
}
