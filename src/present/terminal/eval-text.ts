import type { Breakdown } from "../../analysis/eval/eval-choices.ts";
import type {
  Comparison,
  EvalResult,
  EvalScope,
  MethodFigures,
  PreferenceFigures,
} from "../../analysis/eval/eval-result.ts";
import type { Estimate } from "../../analysis/stats/estimate.ts";
import {
  differenceText,
  figureText,
  intervalText,
  NO_FIGURE,
  percentText,
} from "../../base/figure-text.ts";
import { visibleText } from "../../base/visible-text.ts";
import { layerCurveText } from "./layer-curve-text.ts";
import { shellCommand } from "./shell-command.ts";
import { figureColumns, formatTable, type TableColumn } from "./table.ts";

/**
 * An evaluation for the terminal: what was evaluated, the methods side by side, the layers' curve,
 * and what a reader must know.
 *
 * @param options.columns Width of the terminal. Default: 80.
 * @param options.by Tables of each criterion, or of the systems, beside the mean.
 */
export function evalText(
  result: EvalResult,
  options: { readonly columns?: number; readonly by?: Breakdown | undefined } = {},
): string {
  const columns = options.columns ?? 80;
  if (result.counts.evaluated === 0 && result.preferences === null) return withoutHuman(result);
  const blocks = [header(result)];
  const criteria = Object.entries(result.criteria);
  const isSingle = criteria.length === 1;
  const mean = isSingle ? "" : `, mean over ${criteria.length} criteria`;
  blocks.push([`agreement with human scores${mean}`, ...methodTable(result, columns)]);
  blocks.push(beyondLines(result, columns));
  if (options.by === "criterion" && !isSingle) {
    blocks.push(["Spearman by criterion", ...criterionTable(result, columns)]);
    for (const [name, scope] of criteria) {
      blocks.push([`criterion ${visibleText(name)}`, ...methodTable(scope, columns)]);
    }
    blocks.push(["pooled: all criteria as one sample", ...methodTable(result.pooled, columns)]);
  }
  if (options.by === "system") blocks.push(systemLines(result, columns));
  if (result.preferences !== null) blocks.push(preferenceLines(result.preferences, columns));
  blocks.push(questionLines(result, columns));
  blocks.push(layerCurveText(result, { columns }));
  blocks.push(failureLines(result));
  blocks.push(bootstrapLines(result));
  blocks.push(result.notes.map((note) => `note: ${visibleText(note)}`));
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** A run without human scores: there is nothing to agree with, but more than that to be seen. */
function withoutHuman(result: EvalResult): string {
  const { run, items, counts } = result;
  const systems = new Set(items.system.filter((system) => system !== null));
  const line = (words: readonly string[], args: readonly string[]) =>
    shellCommand(["lager", ...words], args) ?? `lager ${words.join(" ")} …`;
  const compare =
    systems.size >= 2
      ? [`the ${systems.size} systems in it:`, line(["compare", "--by", "system"], run.files)]
      : ["it with other answers:", line(["compare"], [...run.files, "OTHER.jsonl"])];
  const [file = ""] = run.files;
  const blocks = [
    header(result),
    [
      ...(counts.scored > 0 ? [`compare ${compare.join(" ")}`] : []),
      `see what the judge doubts: ${line(["inspect", "--sort", "entropy"], [file])}`,
      `score some yourself: ${line(["label", "rate", "-o", "ratings.jsonl"], [file])}`,
      `and then: ${line(["eval", "--ratings", "ratings.jsonl"], run.files)}`,
    ],
    failureLines(result),
    result.notes.map((note) => `note: ${visibleText(note)}`),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function header({ run, counts }: EvalResult): string[] {
  const files = run.files.map(visibleText).join(", ");
  return [
    `${files}: ${visibleText(run.judge.name)} on ${visibleText(run.task)}, ` +
      `${counts.records} records, ${counts.evaluated} of ${counts.lines} lines with a score and a human score`,
  ];
}

/** A checklist's questions: how they were answered, and what each is worth. */
function questionLines({ questions, run }: EvalResult, width: number): string[] {
  if (questions.length === 0) return [];
  const better = visibleText(run.labels.at(-1) ?? "");
  return [
    `questions: mean probability of "${better}", what each counts, and its Spearman with human scores`,
    ...formatTable(
      [
        { title: "criterion", align: "left", flexible: true },
        { title: "question", align: "left", flexible: true },
        ...figureColumns(better, "counts", "Spearman"),
      ],
      questions.map(({ criterion, question, answered, share, spearman }) => [
        criterion,
        question,
        figureText(answered),
        percentText(share),
        figureText(spearman),
      ]),
      width,
    ),
  ];
}

function methodTable(scope: EvalScope, width: number): string[] {
  const columns: TableColumn[] = [
    { title: "method", align: "left", flexible: true },
    ...figureColumns("Spearman", "Pearson", "Kendall", "n", "no score", "− e-score", "won"),
  ];
  const rows = scope.methods.map((method) => {
    const comparison = scope.comparisons.find((each) => each.method === method.method);
    return [
      method.method,
      estimateText(method.spearman),
      figureText(method.pearson.value),
      figureText(method.kendall.value),
      String(method.n),
      String(method.withoutScore),
      ...comparisonCells(comparison),
    ];
  });
  return [...formatTable(columns, rows, width), ...reasonLines(scope.methods)];
}

/** What of the agreement is not the response's length, and how far criteria are told apart. */
function beyondLines({ methods, separation, counts }: EvalResult, width: number): string[] {
  if (counts.evaluated === 0) return [];
  const agreements = new Map(
    separation?.methods.map(({ method, agreement }) => [method, agreement]),
  );
  const columns: TableColumn[] = [
    { title: "method", align: "left", flexible: true },
    ...figureColumns("Spearman given length", ...(separation === null ? [] : ["criteria agree"])),
  ];
  const rows = methods
    .filter(({ kind }) => kind !== "length")
    .map(({ method, partialSpearman }) => {
      const agreement = agreements.get(method);
      return [
        method,
        estimateText(partialSpearman),
        ...(separation === null ? [] : [agreement === undefined ? "" : estimateText(agreement)]),
      ];
    });
  if (separation === null)
    return ["beyond the response's length", ...formatTable(columns, rows, width)];
  return [
    "beyond the response's length, and how far scores of two criteria of one record agree",
    ...formatTable(columns, [["people", "", estimateText(separation.human)], ...rows], width),
  ];
}

function comparisonCells(comparison: Comparison | undefined): [string, string] {
  if (comparison === undefined) return ["", ""];
  const { difference, won } = comparison.spearman;
  return [differenceText(difference), won === null ? NO_FIGURE : `${Math.round(won * 100)} %`];
}

/** Why methods have no correlation, those with the same reason together. */
function reasonLines(methods: readonly MethodFigures[]): string[] {
  return Object.entries(REASONS).flatMap(([reason, text]) => {
    const without = methods.filter(({ spearman }) => spearman.reason === reason);
    if (without.length === 0) return [];
    if (without.length === methods.length) return [`no method has a correlation: ${text}`];
    const names = without.map(({ method }) => method).join(", ");
    return [`${names} ${without.length === 1 ? "has" : "have"} no correlation: ${text}`];
  });
}

const REASONS = {
  "too-few-items": "fewer than two items",
  "constant-scores": "every item gets the same score",
  "constant-human": "all human scores are the same",
  "not-finite": "a value is not finite",
  "no-control": "no length to hold fast",
  "undefined-in-a-criterion": "there is none on one of the criteria",
} as const;

function criterionTable(result: EvalResult, width: number): string[] {
  const names = Object.keys(result.criteria);
  const columns: TableColumn[] = [
    { title: "method", align: "left", flexible: true },
    ...[...names, "mean", "pooled"].map(
      (name): TableColumn => ({ title: name, align: "right", flexible: true }),
    ),
  ];
  const rows = result.methods.map(({ method, spearman }, index) => [
    method,
    ...names.map((name) => figureText(result.criteria[name]?.methods[index]?.spearman.value)),
    figureText(spearman.value),
    figureText(result.pooled.methods[index]?.spearman.value),
  ]);
  return formatTable(columns, rows, width);
}

function systemLines({ systems, mainMethods }: EvalResult, width: number): string[] {
  if (systems === null) {
    return ["no system-level figures: the run names fewer than three systems with human scores"];
  }
  const columns: TableColumn[] = [
    { title: "system", align: "left", flexible: true },
    ...figureColumns("n", "human"),
    ...mainMethods.map((title): TableColumn => ({ title, align: "right" })),
  ];
  const rows = systems.systems.map((system) => [
    system.system,
    String(system.n),
    figureText(system.human, 2),
    ...mainMethods.map((method) => figureText(system.scores[method], 2)),
  ]);
  return [
    `mean scores of ${systems.systems.length} systems`,
    ...formatTable(columns, rows, width),
    "",
    "agreement of the systems' means",
    ...methodTable(systems, width),
  ];
}

function preferenceLines({ pairs, unscored, methods }: PreferenceFigures, width: number): string[] {
  const columns: TableColumn[] = [
    { title: "method", align: "left", flexible: true },
    ...figureColumns("accuracy", "pairs", "ties"),
  ];
  const rows = methods.map(({ method, accuracy, n, ties }) => [
    method,
    estimateText(accuracy),
    String(n),
    String(ties),
  ]);
  return [
    `${pairs} pairs${unscored > 0 ? `, ${unscored} of them without both scores` : ""}: how often the ` +
      "chosen response has the higher score (equal scores count half)",
    ...formatTable(columns, rows, width),
  ];
}

function failureLines({ counts }: EvalResult): string[] {
  if (counts.failed === 0) return [];
  const codes = Object.entries(counts.failures).map(([code, count]) => `${code} ${count}`);
  const records = counts.failedRecords > 0 ? `; ${counts.failedRecords} whole records` : "";
  return [`${counts.failed} lines without a score: ${codes.join(", ")}${records}`];
}

function bootstrapLines({ bootstrap, counts }: EvalResult): string[] {
  if (counts.evaluated === 0) return [];
  const { resamples, unit, units, bags, bagSize, seed } = bootstrap;
  const parted = bags > 1 ? `, from ${bags} bags of ${bagSize} (bag of little bootstraps)` : "";
  return [
    `[low, high]: 95 % of ${resamples} resamples of ${units} ${unit}s${parted}, seed ${seed}; ` +
      "won: share of them in which the method's Spearman lies above that of e-score",
  ];
}

function estimateText(estimate: Estimate): string {
  return `${figureText(estimate.value)} ${intervalText(estimate)}`.trimEnd();
}
