import type { EvalResult, EvalScope, MethodFigures } from "../../analysis/eval/eval-result.ts";
import { csvLine } from "../../base/csv.ts";
import { figureText, NO_FIGURE, rangeText } from "../../base/figure-text.ts";
import { visibleText } from "../../base/visible-text.ts";
import type { BenchCounts, BenchRow, BenchTuning } from "../../workflows/bench/result.ts";
import { oneLine } from "./terminal-text.ts";

/** A sample of a benchmark's lines: the mean over criteria, one criterion, or all lines pooled. */
interface Sample {
  readonly name: string;
  readonly scope: EvalScope;
}

/**
 * A benchmark as a Markdown page: what was scored in each condition and what failed, what learning
 * weights gave, then every method's correlation with the human scores, by condition and criterion.
 */
export function benchMarkdown(title: string, rows: readonly BenchRow[]): string {
  const blocks = [`# ${markdownText(title)}`, countTable(rows)];
  const tuned = rows.filter(({ tuning }) => tuning !== null);
  if (tuned.length > 0) blocks.push("## Learned weights", tuningTable(tuned));
  for (const sample of samplesOf(rows)) {
    blocks.push(`## ${markdownText(sample)}`, methodTable(rows, sample));
  }
  const notes = rows.flatMap(({ condition, result, notes: own }) =>
    [...own, ...(result?.notes ?? [])].map((note) => `- ${condition}: ${markdownText(note)}`),
  );
  if (notes.length > 0) blocks.push("## Notes", notes.join("\n"));
  return `${blocks.join("\n\n")}\n`;
}

/** Text from outside in one line of Markdown: no cell, heading or markup begins or ends in it. */
function markdownText(text: string): string {
  return visibleText(oneLine(text)).replaceAll(/[\\|<`]/g, "\\$&");
}

/**
 * The same figures as CSV, one row for each condition, sample and method. The run's counts stand in
 * every row; a condition in which nothing could be evaluated has one row with them alone.
 */
export function benchCsv(rows: readonly BenchRow[]): string {
  const header = [
    ...["condition", "sample", "method", "kind", "n", "without_score"],
    ...["spearman", "pearson", "kendall", "partial_spearman"].flatMap((name) => [
      ...[name, `${name}_low`, `${name}_high`],
    ]),
    ...["criterion_agreement", "human_criterion_agreement"],
    ...["mean_absolute_error", "weights_gain", "run_lines", "run_scored"],
    ...["run_no_score_token", "run_other_failures"],
  ];
  const lines = rows.flatMap(({ condition, result, counts, tuning }) => {
    const counted = [counts.lines, counts.scored, counts.noScoreToken, counts.otherFailures];
    const scopes = scopesOf(result);
    if (scopes.length === 0) {
      return [[condition, ...Array.from(header.slice(1, -counted.length), () => null), ...counted]];
    }
    return scopes.flatMap(({ name, scope }) =>
      scope.methods.map((method) => [
        ...[condition, name, method.method, method.kind, method.n, method.withoutScore],
        ...[method.spearman, method.pearson, method.kendall, method.partialSpearman].flatMap(
          ({ value, low, high }) => [value, low, high],
        ),
        ...separationCells(result, method.method),
        method.meanAbsoluteError,
        method.kind === "tuned" && tuning !== null ? gainOf(tuning) : null,
        ...counted,
      ]),
    );
  });
  return [header, ...lines].map((cells) => `${csvLine(cells)}\n`).join("");
}

/** How far the method's scores of two criteria agree, and people's; of the whole run, in every row. */
function separationCells(result: EvalResult | null, method: string): (number | null)[] {
  const separation = result?.separation ?? null;
  const own = separation?.methods.find((each) => each.method === method);
  return [own?.agreement.value ?? null, separation?.human.value ?? null];
}

function countTable(rows: readonly BenchRow[]): string {
  const cells = (name: string, counts: BenchCounts, evaluated: number | undefined) => [
    name,
    String(counts.lines),
    String(counts.scored),
    String(counts.noScoreToken),
    String(counts.otherFailures),
    evaluated === undefined ? NO_FIGURE : String(evaluated),
  ];
  return markdownTable(
    ["condition", "lines", "scored", "no score token", "other failures", "with human score"],
    rows.flatMap(({ condition, counts, tuneCounts, result, tuning }) => [
      cells(condition, counts, result?.counts.evaluated),
      ...(tuneCounts === null
        ? []
        : [cells(`${condition}, learned from`, tuneCounts, tuning?.weights?.rows)]),
    ]),
  );
}

/** What was learned from how much, and how it did in cross-validation there. */
function tuningTable(rows: readonly BenchRow[]): string {
  return markdownTable(
    [
      ...["condition", "recipe", "rows", "records"],
      ...["Spearman, cross-validated", "95 %", "e-score", "equal weights", "gain"],
    ],
    rows.flatMap(({ condition, tuning }) =>
      tuning === null ? [] : [[condition, ...tuningCells(tuning)]],
    ),
  );
}

function tuningCells(tuning: BenchTuning): string[] {
  const { weights } = tuning;
  if (weights === null) {
    return [...Array.from({ length: 7 }, () => NO_FIGURE), `nothing learned: ${tuning.problem}`];
  }
  const { recipe, rows, records, methods, better } = weights;
  const own = methods[0]?.spearman;
  const of = (name: string) => methods.find(({ method }) => method === name)?.spearman.value;
  const gain = gainOf(tuning);
  return [
    ...[recipe, String(rows), String(records), figureText(own?.value), rangeText(own)],
    ...[figureText(of("e-score")), figureText(of("lager"))],
    gain === "no" ? `none (NO_GAIN): ${better.join(" and ")} did better` : gain,
  ];
}

/** Whether weights did better than what learns nothing, in cross-validation. */
function gainOf({ weights }: BenchTuning): "yes" | "no" | "unchecked" | "nothing learned" {
  if (weights === null) return "nothing learned";
  if (weights.methods.length === 0) return "unchecked";
  return weights.better.length === 0 ? "yes" : "no";
}

/** Names of the samples of all conditions, in order. */
function samplesOf(rows: readonly BenchRow[]): string[] {
  return [...new Set(rows.flatMap(({ result }) => scopesOf(result).map(({ name }) => name)))];
}

const MEAN = "Mean over criteria";
const POOLED = "All criteria pooled";

function scopesOf(result: EvalResult | null): Sample[] {
  if (result === null) return [];
  const criteria = Object.entries(result.criteria).map(([name, scope]) => ({ name, scope }));
  // One criterion is its own mean.
  if (criteria.length === 1) return criteria;
  return [{ name: MEAN, scope: result }, ...criteria, { name: POOLED, scope: result.pooled }];
}

function methodTable(rows: readonly BenchRow[], sample: string): string {
  const cells = rows.flatMap(({ condition, result }) => {
    const scope = scopesOf(result).find(({ name }) => name === sample)?.scope;
    return (scope?.methods ?? []).map((method) => [condition, ...methodCells(method)]);
  });
  return markdownTable(
    ["condition", "method", "Spearman", "95 %", "Pearson", "95 %", "n", "no score"],
    cells,
  );
}

function methodCells({ method, spearman, pearson, n, withoutScore }: MethodFigures): string[] {
  return [
    method,
    figureText(spearman.value),
    rangeText(spearman),
    figureText(pearson.value),
    rangeText(pearson),
    String(n),
    String(withoutScore),
  ];
}

function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => markdownText(cell)).join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)].join("\n");
}
