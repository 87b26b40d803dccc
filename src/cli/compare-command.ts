import { DEFAULT_MOVERS, PAIRED_BY, SYSTEMS_BY } from "../analysis/compare/compare-choices.ts";
import { DEFAULT_RESAMPLES, DEFAULT_SEED } from "../analysis/eval/eval-choices.ts";
import { writeWhole } from "../base/files.ts";
import { checkOutput } from "../base/output-checks.ts";
import { runInputs } from "../run/run-paths.ts";
import { command, flag, oneOf, parsed, text } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { FIGURE_OPTIONS } from "./figure-options.ts";
import { numberBetween, wholeNumber } from "./option-values.ts";
import { StatusLine } from "./status-line.ts";
import { writeResult } from "./terminal.ts";

export const compareCommand = command({
  name: "compare",
  description: "Which of two or more sets of answers is better; no human score is needed.",
  arguments: [["<run...>", "run files, the one to compare with first; with --by system one run"]],
  options: [
    oneOf("--by <what>", "each run is a system, or each system_id of a run", SYSTEMS_BY, "run"),
    oneOf("--pair-by <what>", "what makes a pair (default: id where it can)", PAIRED_BY),
    ...FIGURE_OPTIONS,
    parsed(
      "--tie <points>",
      "differences up to this are ties (default: a tenth of the scores' spread)",
      numberBetween(0, Number.MAX_VALUE),
    ),
    parsed("--movers <n>", "show so many", wholeNumber(0), DEFAULT_MOVERS),
    text("--data <file>", "the data with the texts (default: what each run names)"),
    parsed("--resamples <n>", "of the intervals", wholeNumber(1), DEFAULT_RESAMPLES),
    parsed("--seed <n>", "of the resamples", wholeNumber(0), DEFAULT_SEED),
    flag("--json", "one JSON object"),
    flag("--markdown", "as Markdown"),
    text("--html <file>", "a page as well, which needs no network"),
    flag("--force", "replace the page if it exists"),
    flag("-q, --quiet", "no notes on standard error"),
  ],
  async run([files], { json, markdown, html, force = false, quiet = false, ...options }, signal) {
    const { compareSystems } = await import("../analysis/compare/compare-systems.ts");
    const { comparisonMarkdown } = await import("../present/markdown/comparison-markdown.ts");
    const { comparisonText } = await import("../present/terminal/comparison-text.ts");
    const read = [...runInputs(files), options.data];
    if (html !== undefined) await checkOutput(html, force, read);
    const status = new StatusLine({ quiet });
    try {
      status.show("comparing");
      const result = await compareSystems(files, {
        ...options,
        signal,
        onCutLastLine: (error) => status.note(`note: ${error.message}`),
      });
      status.clear();
      await writeResult(result, json, markdown === true ? comparisonMarkdown : comparisonText);
      if (html !== undefined) {
        const { renderComparison } = await import("../present/page/render-comparison.ts");
        await writeWhole(html, await renderComparison(result), "the page");
        status.note(`page: ${html}`);
      }
      return EXIT.ok;
    } finally {
      status.clear();
    }
  },
});
