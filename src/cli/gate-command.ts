import { appendFile } from "node:fs/promises";
import {
  GATE_UNDECIDED,
  GATES_ON,
  type GateLimit,
  type GateResult,
} from "../analysis/compare/gate-result.ts";
import { DEFAULT_RESAMPLES, DEFAULT_SEED } from "../analysis/eval/eval-choices.ts";
import { errorMessage } from "../base/errors.ts";
import { writeWhole } from "../base/files.ts";
import { requireNoInput } from "../base/output-checks.ts";
import { runInputs } from "../run/run-paths.ts";
import { command, flag, oneOf, parsed, text } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { FIGURE_OPTIONS } from "./figure-options.ts";
import { gateLimits, wholeNumber } from "./option-values.ts";
import { StatusLine } from "./status-line.ts";
import { writeResult } from "./terminal.ts";

const OPTIONS = [
  parsed<"--min <limits>", GateLimit[]>(
    "--min <limits>",
    "least means: accuracy=3.5, or 3.5 for all; @90% sets the interval",
    gateLimits,
  ),
  text("--baseline <run>", "the run to compare with"),
  parsed<"--max-drop <limits>", GateLimit[]>(
    "--max-drop <limits>",
    "how much means may be below the baseline's: 0.1, accuracy=0.2, 0.1@90%",
    gateLimits,
  ),
  ...FIGURE_OPTIONS,
  parsed("--max-failures <n>", "lines that may have failed (default: any)", wholeNumber(0)),
  oneOf("--on <what>", "decide on the whole interval, or on the mean alone", GATES_ON, "interval"),
  oneOf("--undecided <what>", "where the interval holds the limit", GATE_UNDECIDED, "fail"),
  text("--junit <file>", "JUnit XML as well, which CI servers show; replaced if it exists"),
  parsed("--resamples <n>", "of the intervals", wholeNumber(1), DEFAULT_RESAMPLES),
  parsed("--seed <n>", "of the resamples", wholeNumber(0), DEFAULT_SEED),
  flag("--json", "one JSON object"),
  flag("--markdown", "as Markdown"),
  flag("-q, --quiet", "no notes on standard error"),
] as const;

export const gateCommand = command({
  name: "gate",
  description: "Is a run good enough? Exit 0 if it is, 4 if not, for CI.",
  arguments: [["<run>", "a run file"]],
  options: OPTIONS,
  async run([run], options, signal) {
    const { json, markdown, junit, quiet = false, ...limits } = options;
    const { gateRun } = await import("../analysis/compare/gate-run.ts");
    const { gateMarkdown } = await import("../present/markdown/gate-markdown.ts");
    const { gateText } = await import("../present/terminal/gate-text.ts");
    const read = runInputs([run, ...(limits.baseline === undefined ? [] : [limits.baseline])]);
    if (junit !== undefined) await requireNoInput([junit], read);
    const status = new StatusLine({ quiet });
    const result = await gateRun(run, {
      ...limits,
      signal,
      onCutLastLine: (error) => status.note(`note: ${error.message}`),
    });
    await writeResult(result, json, markdown === true ? gateMarkdown : gateText);
    if (junit !== undefined) {
      const { gateJunit } = await import("../present/junit/gate-junit.ts");
      await writeWhole(junit, gateJunit(result), "the JUnit file");
    }
    await summarize(result, status);
    return result.passed ? EXIT.ok : EXIT.gateFailed;
  },
});

/** Adds to the summary of a step on GitHub, where this is one; a gate does not fail for want of it. */
async function summarize(result: GateResult, status: StatusLine): Promise<void> {
  const file = process.env.GITHUB_STEP_SUMMARY;
  if (file === undefined || file === "") return;
  const { gateMarkdown } = await import("../present/markdown/gate-markdown.ts");
  try {
    await appendFile(file, `${gateMarkdown(result)}\n`);
  } catch (error) {
    status.note(`note: the step's summary cannot be written: ${errorMessage(error)}`);
  }
}
