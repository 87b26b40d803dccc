import { countedText, figureText, shortFigureText } from "../../base/figure-text.ts";
import { visibleText } from "../../base/visible-text.ts";
import { type Task, TEXT_FIELDS } from "../../input/task/task.ts";
import type {
  PlannedRating,
  RaterComparison,
  RatingProgress,
  RatingView,
} from "../../workflows/rate/result.ts";
import { shellCommand } from "./shell-command.ts";
import { styled, type TerminalText } from "./styled-text.ts";
import { figureColumns, formatTable } from "./table.ts";
import { textLines } from "./terminal-text.ts";

/** What a rater sees: the record's texts, what is asked of them, and what can be answered. */
export function ratingText(
  { item, rater, done, total, task }: RatingView,
  { columns, color = false }: { readonly columns: number; readonly color?: boolean },
): TerminalText {
  const { id, texts, criterion, score, given } = item;
  const rule = `${"─".repeat(Math.max(0, Math.min(columns, 100) - 1))}\n`;
  const fields = TEXT_FIELDS.filter((name) => texts[name] !== "").flatMap((name) => [
    styled(name, "bold", color),
    `\n${textLines(texts[name]).join("\n")}\n\n`,
  ]);
  const asked = [criterion.name, criterion.description].filter((text) => text !== "");
  const facts = [
    ...(score === null ? [] : [`the judge says ${figureText(score, 2)}`]),
    ...(given === undefined
      ? []
      : [`you said ${given === null ? "nothing" : givenText(task, given)}`]),
  ];
  return [
    `${done} of ${total} done · ${visibleText(rater)} · record ${visibleText(id)}\n${rule}`,
    ...fields,
    rule,
    styled(visibleText(asked.join(": ")), "bold", color),
    `\n${anchorLines(task, criterion.anchors)}`,
    ...(facts.length === 0 ? [] : [`${facts.join(", ")}\n`]),
  ];
}

function anchorLines(task: Task, anchors: Readonly<Record<string, string>>): string {
  return task.scale
    .filter(({ label }) => Object.hasOwn(anchors, label))
    .map(({ label }) => `  ${visibleText(`${label}  ${anchors[label]}`)}\n`)
    .join("");
}

function givenText({ scale }: Task, human: number): string {
  const label = scale.find(({ value }) => value === human)?.label;
  return label === undefined ? shortFigureText(human) : visibleText(label);
}

/** What a rater can type. */
export function answersText(task: Task, oneKey: boolean): string {
  const labels = task.scale.map(({ label }) => visibleText(label));
  const shown = labels.length <= 12 ? labels.join(" ") : `${labels[0]} … ${labels.at(-1) ?? ""}`;
  return `${shown} · s leave out · b back · q stop${oneKey ? "" : " (then Enter)"} `;
}

/** What comes after rating. */
export function ratedText(
  { done, total }: RatingProgress,
  { run, output }: { readonly run: string; readonly output: string },
): string {
  const state = `${done} of ${countedText(total, "rating")} done, in ${visibleText(output)}\n`;
  const line = shellCommand(["lager", "tune", "--ratings", output, "-o", "weights.json"], [run]);
  return line === null ? state : `${state}next: ${line}\n`;
}

/** How large a plan is. */
export function planText(plan: readonly PlannedRating[], file: string): string {
  const records = new Set(plan.map(({ id }) => id)).size;
  return `${countedText(plan.length, "rating")} of ${countedText(records, "record")} planned: ${visibleText(file)}\n`;
}

/** How far raters agree, as a table. */
export function raterComparisonText(
  { raters, agreement }: RaterComparison,
  { columns }: { readonly columns: number },
): string {
  const who = raters.map(({ rater, scores }) => `${visibleText(rater)} ${scores}`).join(", ");
  const table = formatTable(
    [
      { title: "criterion", align: "left", flexible: true },
      ...figureColumns("rated by both", "α", "κ"),
    ],
    agreement.map(({ criterion, shared, alpha, kappa }) => [
      criterion ?? "all",
      String(shared),
      figureText(alpha),
      figureText(kappa),
    ]),
    columns,
  );
  return `scores by rater: ${who}\n\n${table.join("\n")}\n\nα: Krippendorff's, interval metric; κ: Cohen's, quadratic weights. 1 is agreement, 0 chance.\n`;
}
