import { once } from "node:events";
import { constants, setPriority, userInfo } from "node:os";
import type { EvalResult } from "../analysis/eval/eval-result.ts";
import { LagerError } from "../base/errors.ts";
import { checkFolder, checkOutput, requireNoInput } from "../base/output-checks.ts";
import type { ItemTexts } from "../present/page/item-texts.ts";
import type { RunTable } from "../run/run-table.ts";
import type { TableTexts } from "../run/table-texts.ts";
import type { Outcome } from "../scoring/score/outcome.ts";
import type { MadeReport, MakeReport } from "../workflows/view/report-on-call.ts";
import type { ViewRatings } from "../workflows/view/view-ratings.ts";
import type { ViewTexts } from "../workflows/view/view-texts.ts";
import { command, flag, negated, type OptionValues, parsed, text } from "./command.ts";
import {
  CHOSEN_LAYERS,
  EVALUATION_OPTIONS,
  evaluatedInputs,
  evaluateOptions,
  readOptions,
} from "./evaluate-files.ts";
import { EXIT } from "./exit-code.ts";
import { wholeNumber } from "./option-values.ts";
import { StatusLine } from "./status-line.ts";
import { writeStdout } from "./terminal.ts";

const OPTIONS = [
  text("--export <file>", "write the page with the runs in it, instead of serving it"),
  flag("--static", "with --export: the evaluation alone, a small file without lines and logits"),
  text("--svg <folder>", "write every chart as a file of its own"),
  negated("--no-texts", "with --export: leave out all texts of the records"),
  flag("--force", "replace what is there"),
  text("--ratings-out <file>", "rate lines in the page, into this file, made or gone on with"),
  text("--rater <name>", "who you are (default: your user name)"),
  text("--data <file>", "the data that was scored, for its texts (default: what the runs name)"),
  parsed("--port <n>", "of the page's address (default: one that is free)", wholeNumber(1)),
  ...EVALUATION_OPTIONS,
  ...CHOSEN_LAYERS,
] as const;

type ViewCommandOptions = OptionValues<typeof OPTIONS>;

export const viewCommand = command({
  name: "view",
  description: "Look at runs in the browser, or write them as one HTML page or as SVG files.",
  arguments: [["<run...>", "run files; parts of one run are shown as one"]],
  options: OPTIONS,
  async run([files], options, signal) {
    await checkOutputs(files, options);
    const status = new StatusLine({ quiet: options.quiet ?? false });
    try {
      await using own = await openRatings(options);
      const ratings = own?.files ?? options.ratings;
      const runs = await readRuns(files, { ...options, ratings }, status, signal);
      const tables = runs.map(({ table }) => table);
      const texts = runs.map((run) => () => run.texts.of(run.table));
      own?.show(tables);
      const findTexts = itemTextsOf(runs, options.data, signal);
      const view: View = { tables, texts, findTexts, own, ratings, options, status, signal };
      await (options.export === undefined && options.svg === undefined ? serve : write)(view);
      return EXIT.ok;
    } finally {
      status.clear();
    }
  },
});

/** What is shown, and how. */
interface View {
  readonly tables: readonly RunTable[];
  /** Finds the texts of each. */
  readonly texts: readonly (() => Promise<TableTexts>)[];
  /** Finds those of a run's items on which methods disagree. */
  readonly findTexts: (result: EvalResult, run: number) => Promise<ItemTexts>;
  /** The ratings that are given in the page, if any can be. */
  readonly own: ViewRatings | null;
  /** Files that human scores are from; undefined: the runs. */
  readonly ratings: readonly string[] | undefined;
  readonly options: ViewCommandOptions;
  readonly status: StatusLine;
  readonly signal: AbortSignal;
}

async function checkOutputs(files: readonly string[], options: ViewCommandOptions): Promise<void> {
  const { export: file, svg, force = false } = options;
  if (options.static === true && file === undefined) {
    throw new LagerError("INVALID_ARGUMENT", "--static goes with --export");
  }
  if (options.ratingsOut !== undefined) {
    if (file !== undefined || svg !== undefined) {
      const what =
        "--ratings-out is for a page that is served: one that is written takes no ratings";
      throw new LagerError("INVALID_ARGUMENT", what);
    }
    await requireNoInput([options.ratingsOut], inputsOf(files, { ...options, ratings: [] }));
  } else if (options.rater !== undefined) {
    throw new LagerError("INVALID_ARGUMENT", "--rater goes with --ratings-out");
  }
  if (file !== undefined) await checkOutput(file, force, inputsOf(files, options));
  if (svg !== undefined) await checkFolder(svg, force);
}

function inputsOf(files: readonly string[], options: ViewCommandOptions): string[] {
  const { data } = options;
  return [...evaluatedInputs(files, options), ...(data === undefined ? [] : [data])];
}

async function openRatings(options: ViewCommandOptions): Promise<ViewRatings | null> {
  const { ratingsOut: output, rater, ratings: others = [] } = options;
  if (output === undefined) return null;
  const { ViewRatings } = await import("../workflows/view/view-ratings.ts");
  return ViewRatings.open({ output, rater: rater ?? userInfo().username, others });
}

interface ReadRun {
  readonly table: RunTable;
  readonly texts: ViewTexts;
}

async function readRuns(
  files: readonly string[],
  options: Pick<ViewCommandOptions, "data"> & { readonly ratings: View["ratings"] },
  status: StatusLine,
  signal: AbortSignal,
): Promise<ReadRun[]> {
  const { groupParts } = await import("../run/group-parts.ts");
  const { readRunTable } = await import("../run/read-run-table.ts");
  const { ViewTexts } = await import("../workflows/view/view-texts.ts");
  const runs: ReadRun[] = [];
  for (const parts of await groupParts(files)) {
    const texts = new ViewTexts({ data: options.data, signal });
    const onLine = (line: Outcome, file: string) => texts.note(line, file);
    const table = await readRunTable(parts, { ...readOptions(options, status, signal), onLine });
    runs.push({ table, texts });
  }
  status.clear();
  return runs;
}

/** Nothing is read again that has been read, or will be for the page. */
function itemTextsOf(
  runs: readonly ReadRun[],
  data: string | undefined,
  signal: AbortSignal,
): View["findTexts"] {
  return async (result, index) => {
    const { foundItemTexts, readItemTexts } = await import("../present/page/item-texts.ts");
    const run = runs[index];
    return run === undefined || run.texts.hasPrompts
      ? readItemTexts(result, { data, signal })
      : foundItemTexts(result, run.table, await run.texts.of(run.table));
  };
}

/** @param onProgress Called with the share of the resamples that are done, 0…1. */
async function evaluate(
  { tables, options, signal }: View,
  onProgress?: (share: number) => void,
): Promise<EvalResult[]> {
  const { evaluateTable } = await import("../analysis/eval/evaluate-run.ts");
  const own = { ...(await evaluateOptions(options)), signal };
  const results: EvalResult[] = [];
  for (const [run, table] of tables.entries()) {
    const onResampled = (share: number): void => onProgress?.((run + share) / tables.length);
    results.push(await evaluateTable(table, { ...own, onResampled }));
  }
  return results;
}

async function write(view: View): Promise<void> {
  const { tables, findTexts, options, status, signal } = view;
  const { export: file, svg } = options;
  const { writeCharts, writePage } = await import("../present/page/page-files.ts");
  status.show("evaluating");
  const results = await evaluate(view);
  status.show("drawing");
  if (svg !== undefined) {
    const files = tables.flatMap((table) => table.files);
    const count = await writeCharts(svg, results, { signal, read: inputsOf(files, options) });
    status.note(`${count} charts: ${svg}`);
  }
  if (file === undefined) return;
  const { makeReport, reportPage } = await import("../present/page/report.ts");
  const { embeddedPage } = await import("../present/view/view-page.ts");
  const report = await makeReport(results, { texts: options.texts, findTexts, signal });
  const isWhole = options.static !== true && options.texts;
  const texts = isWhole ? await Promise.all(view.texts.map((of) => of())) : [];
  const page =
    options.static === true
      ? await reportPage(report, "lager view")
      : embeddedPage(tables, report, texts, pageOptions(view));
  await writePage(file, page, signal);
  status.note(`page: ${file}`);
  for (const { missing } of texts) if (missing !== null) status.note(`note: ${missing}`);
}

function pageOptions({ options: { layers, projection = "normed" }, own, ratings }: View) {
  return {
    layers: layers === undefined ? null : { spec: layers, projection },
    ratings: ratings ?? [],
    rater: own?.rater ?? null,
  };
}

/** Serves the page until the command is ended; the report is made when somebody asks for it. */
async function serve(view: View): Promise<void> {
  const { tables, texts, own: ratings, options, status, signal } = view;
  const { servedPage } = await import("../present/view/view-page.ts");
  const { serveView } = await import("../workflows/view/serve-view.ts");
  const { page, policy } = await servedPage(tables, pageOptions(view));
  const { port } = options;
  const report: MakeReport = ({ signal: given, onProgress }) =>
    servedReport({ ...view, signal: AbortSignal.any([signal, given]) }, onProgress);
  await using served = await serveView({ page, policy, tables, texts, report, ratings, port });
  await writeStdout(`${served.url}\n`);
  status.note("open this address in your browser; Ctrl-C ends it");
  if (!signal.aborted) await once(signal, "abort");
}

/** The page goes first where processors are few: long evaluations would keep it waiting. */
function yieldProcessors(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW);
  } catch {
    // Some systems do not let a process say so.
  }
}

async function servedReport(view: View, onProgress: (share: number) => void): Promise<MadeReport> {
  yieldProcessors();
  const { makeReport, reportPage } = await import("../present/page/report.ts");
  const { reportMarkup } = await import("../present/view/view-page.ts");
  const { findTexts, signal } = view;
  const report = await makeReport(await evaluate(view, onProgress), { findTexts, signal });
  return { markup: reportMarkup(report), page: await reportPage(report, "lager view") };
}
