import type { EvalResult, EvalScope, MethodFigures } from "../eval/eval-result.ts";
import type { Estimate } from "../stats/estimate.ts";

/** One condition of a benchmark, evaluated. */
export interface BenchRow {
  readonly condition: string;
  readonly counts: {
    readonly lines: number;
    readonly scored: number;
    /** Answers without a score. */
    readonly noScoreToken: number;
    readonly otherFailures: number;
  };
  /** Null when there was nothing to evaluate: no score, or no human score. */
  readonly result: EvalResult | null;
  /** What a reader must know, in sentences, beside the result's own notes. */
  readonly notes: readonly string[];
}

/** A sample of a benchmark's lines: the mean over criteria, one criterion, or all lines pooled. */
interface Sample {
  readonly name: string;
  readonly scope: EvalScope;
}

/**
 * A benchmark as a Markdown page: what was scored in each condition and what failed, then every
 * method's correlation with the human scores, by condition and by criterion.
 */
export function benchMarkdown(title: string, rows: readonly BenchRow[]): string {
  const blocks = [`# ${title}`, countTable(rows)];
  for (const sample of samplesOf(rows)) {
    blocks.push(`## ${sample}`, methodTable(rows, sample));
  }
  const notes = rows.flatMap(({ condition, result, notes: own }) =>
    [...own, ...(result?.notes ?? [])].map((note) => `- ${condition}: ${note}`),
  );
  if (notes.length > 0) blocks.push("## Notes", notes.join("\n"));
  return `${blocks.join("\n\n")}\n`;
}

/** The same figures as CSV, one row for each condition, sample and method. */
export function benchCsv(rows: readonly BenchRow[]): string {
  const header = [
    ...["condition", "sample", "method", "kind", "n", "without_score"],
    ...["spearman", "pearson", "kendall"].flatMap((name) => [name, `${name}_low`, `${name}_high`]),
    "mean_absolute_error",
  ];
  const lines = rows.flatMap(({ condition, result }) =>
    scopesOf(result).flatMap(({ name, scope }) =>
      scope.methods.map((method) => [
        ...[condition, name, method.method, method.kind, method.n, method.withoutScore],
        ...[method.spearman, method.pearson, method.kendall].flatMap(({ value, low, high }) => [
          value,
          low,
          high,
        ]),
        method.meanAbsoluteError,
      ]),
    ),
  );
  return [header, ...lines].map((cells) => `${cells.map(csvCell).join(",")}\n`).join("");
}

function countTable(rows: readonly BenchRow[]): string {
  return markdownTable(
    ["condition", "lines", "scored", "no score token", "other failures", "with human score"],
    rows.map(({ condition, counts, result }) => [
      condition,
      String(counts.lines),
      String(counts.scored),
      String(counts.noScoreToken),
      String(counts.otherFailures),
      result === null ? "–" : String(result.counts.evaluated),
    ]),
  );
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
    figure(spearman.value),
    interval(spearman),
    figure(pearson.value),
    interval(pearson),
    String(n),
    String(withoutScore),
  ];
}

function figure(value: number | null): string {
  return value === null ? "–" : value.toFixed(3);
}

function interval({ low, high }: Estimate): string {
  return low === null || high === null ? "–" : `${figure(low)} … ${figure(high)}`;
}

function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replace(/\s+/g, " ")).join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)].join("\n");
}

function csvCell(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
