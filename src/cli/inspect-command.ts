import { InvalidArgumentError } from "commander";
import { LagerError } from "../base/errors.ts";
import { LINE_SORTS, type LineFilter, parseLineFilter } from "../run/pick-lines.ts";
import { command, flag, type OptionValues, oneOf, parsed, text } from "./command.ts";
import { EXIT } from "./exit-code.ts";
import { wholeNumber } from "./option-values.ts";
import { StatusLine } from "./status-line.ts";
import { hasColor, terminalColumns, writeStdout } from "./terminal.ts";

/** So many items are listed where nobody says how many. */
const LISTED = 20;

const OPTIONS = [
  oneOf("--sort <figure>", "list items, the most doubtful first", LINE_SORTS),
  flag("--reverse", "sort the other way round"),
  parsed("--top <n>", `list so many (default: ${LISTED})`, wholeNumber(1)),
  parsed<"--where <condition>", LineFilter[]>(
    "--where <condition>",
    "list items of which it holds, such as criterion=accuracy or score<2; may be given again",
    lineFilters,
  ),
  text("--data <file>", "the data that the run was scored from (default: what the run names)"),
  flag("--markdown", "items with their whole texts, as Markdown"),
] as const;

type Options = OptionValues<typeof OPTIONS>;

export const inspectCommand = command({
  name: "inspect",
  description: "Show a run, its items sorted, or one of them with its texts and layer by layer.",
  arguments: [
    ["<run>", "a run file"],
    ["[id]", "id of an item"],
  ],
  options: OPTIONS,
  async run([file, id], options, signal) {
    const { sort, top, where, markdown, reverse } = options;
    const isList = sort ?? top ?? where ?? markdown ?? reverse;
    if (isList !== undefined) await showList(file, id, options, signal);
    else if (id === undefined) await showRun(file);
    else await showItem(file, id, options, signal);
    return EXIT.ok;
  },
});

async function showRun(file: string): Promise<void> {
  const { readRun } = await import("../run/read-run.ts");
  const { ScoreSummary } = await import("../workflows/score-run/result.ts");
  const { scoreTable } = await import("../present/terminal/score-table.ts");
  const status = new StatusLine();
  const run = await readRun(file, { onCutLastLine: (error) => status.note(error.message) });
  const summary = new ScoreSummary();
  for await (const line of run.lines) summary.add(line);
  await writeStdout(scoreTable(summary, { columns: terminalColumns() }));
}

/** Items in some order, or the lines of one item as Markdown. */
async function showList(
  file: string,
  id: string | undefined,
  { top = LISTED, where = [], data, markdown, sort, reverse }: Options,
  signal: AbortSignal,
): Promise<void> {
  const { readRun } = await import("../run/read-run.ts");
  const { pickLines } = await import("../run/pick-lines.ts");
  const { readLineTexts } = await import("../run/line-texts.ts");
  const { itemListMarkdown, itemListText } = await import("../present/terminal/item-list-text.ts");
  const status = new StatusLine();
  const run = await readRun(file, { onCutLastLine: (error) => status.note(error.message) });
  const ofItem: LineFilter[] = id === undefined ? [] : [(line) => line.id === id];
  const picked = await pickLines(run.lines, { sort, reverse, where: [...where, ...ofItem], top });
  const texts = await readLineTexts(file, run.header, picked.lines, { data, signal });
  const columns = terminalColumns();
  await writeStdout(
    markdown === true ? itemListMarkdown(picked, texts) : itemListText(picked, texts, { columns }),
  );
}

async function showItem(
  file: string,
  id: string,
  { data }: Options,
  signal: AbortSignal,
): Promise<void> {
  const { readRunItem } = await import("../run/read-run.ts");
  const { lineKey } = await import("../run/line-key.ts");
  const { readLineTexts } = await import("../run/line-texts.ts");
  const { itemDistributions } = await import("../scoring/score/item-distributions.ts");
  const { parseWeighedLayers } = await import("../scoring/weights/weighed-layers.ts");
  const { inspectFailure, inspectItem } = await import("../present/terminal/inspect-item.ts");
  const { itemTextsText } = await import("../present/terminal/item-list-text.ts");
  const { header, lines } = await readRunItem(file, id);
  const scale = { values: header.values, layerCount: header.judge.layers };
  const own = parseWeighedLayers(header.options.layers, scale.layerCount, scale.values.length);
  const options = { columns: terminalColumns(), color: hasColor(), layers: own.layers };
  const texts = await readLineTexts(file, header, lines, { data, signal });
  const found = lines.map((line) => texts.lines.get(lineKey(line)));
  // One record has one text; what is said of it is the worst of what its lines say.
  const shown = found.find((each) => each?.state === "changed") ?? found.find(Boolean);
  await writeStdout(itemTextsText(shown, texts.missing, options));
  for (const line of lines) {
    const shown =
      line.kind === "score"
        ? inspectItem(header, line, itemDistributions(line, scale), options)
        : inspectFailure(line);
    await writeStdout([...shown, "\n"]);
  }
}

/** Adds a condition on lines to those before, for commander. */
function lineFilters(text: string, before: readonly LineFilter[] = []): LineFilter[] {
  try {
    return [...before, parseLineFilter(text)];
  } catch (error) {
    throw error instanceof LagerError ? new InvalidArgumentError(error.message) : error;
  }
}
