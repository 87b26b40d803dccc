import { countedText, figureText, shortFigureText } from "../../base/figure-text.ts";
import { visibleText } from "../../base/visible-text.ts";
import type { Task } from "../../input/task/task.ts";
import type { DataCheck } from "../../workflows/check-data/result.ts";
import { figureColumns, formatTable } from "./table.ts";
import { textLines } from "./terminal-text.ts";

/** The tasks as a table: what each grades, and where its data is. */
export function taskTable(tasks: readonly Task[], options: { readonly columns: number }): string {
  const lines = formatTable(
    [
      { title: "name", align: "left" },
      { title: "scale", align: "left" },
      { title: "criteria", align: "left", flexible: true },
      { title: "licence", align: "left", flexible: true },
      { title: "data", align: "left", flexible: true },
    ],
    tasks.map(({ name, scale, criteria, data }) => [
      name,
      `${scale.at(0)?.label}–${scale.at(-1)?.label}`,
      criteria.map((criterion) => criterion.name).join(", "),
      data?.licence ?? "",
      data?.published ?? "",
    ]),
    options.columns,
  );
  return `${lines.join("\n")}\n`;
}

/** What a file holds for a task, and a few prompts as the judge's user turn would have them. */
export function dataCheckText(
  task: Task,
  check: DataCheck,
  options: { readonly columns: number },
): string {
  const blocks = [summaryLine(check), humanTable(task, check, options.columns)];
  for (const { code, count, first } of check.failures) {
    blocks.push(`${count} × ${code}, first: ${visibleText(first)}`);
  }
  for (const { id, criterion, system, user } of check.prompts) {
    const rule = "─".repeat(Math.max(0, Math.min(options.columns, 100) - 1));
    const turns = system === undefined ? user : `[system] ${system}\n\n[user] ${user}`;
    const title = `${visibleText(id)} · ${visibleText(criterion)}`;
    blocks.push([rule, title, rule, ...textLines(turns)].join("\n"));
  }
  return `${blocks.join("\n\n")}\n`;
}

function summaryLine(check: DataCheck): string {
  const failed = check.failures.reduce((sum, { count }) => sum + count, 0);
  const parts = [countedText(check.records, "record"), `${failed} failed`];
  if (check.systems > 0) parts.push(countedText(check.systems, "system"));
  if (check.groups > 0) parts.push(countedText(check.groups, "group"));
  return parts.join(", ");
}

function humanTable(task: Task, check: DataCheck, columns: number): string {
  const lines = formatTable(
    [
      { title: "criterion", align: "left", flexible: true },
      ...figureColumns("human scores", "least", "mean", "greatest"),
    ],
    check.human.map(({ criterion, count, min, mean, max }) => [
      criterion,
      String(count),
      shortFigureText(min),
      figureText(mean),
      shortFigureText(max),
    ]),
    columns,
  );
  const least = task.scale.at(0)?.value ?? Number.NaN;
  const most = task.scale.at(-1)?.value ?? Number.NaN;
  if (check.human.some(({ min, max }) => min < least || max > most)) {
    lines.push(
      `Some human scores are outside the judge's scale (${least} to ${most}): that is fine for ` +
        "correlations.",
    );
  }
  return lines.join("\n");
}
