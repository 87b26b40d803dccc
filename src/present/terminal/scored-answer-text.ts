import { figureText, shortFigureText } from "../../base/figure-text.ts";
import { visibleText } from "../../base/visible-text.ts";
import type { AnswerScore, ScoredAnswer } from "../../workflows/score-answer/result.ts";
import { padTo } from "./terminal-text.ts";

/** Characters of the widest bar. */
const BAR = 40;
/** More labels than this are shown as their figures alone. */
const MOST_BARS = 20;
const EIGHTHS = [..." ▏▎▍▌▋▊▉"];

/** One answer on each criterion: its score, and how likely each label was. */
export function scoredAnswerText({ scores, failures }: ScoredAnswer): string {
  const blocks = [
    ...scores.map(criterionLines),
    ...failures.map(({ criterion, code, message }) => [
      `${criterion === null ? "the answer" : visibleText(criterion)} has no score: ${code}: ` +
        visibleText(message),
    ]),
  ];
  return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function criterionLines(score: AnswerScore): string[] {
  const { criterion, values, labels, probabilities } = score;
  const least = shortFigureText(values[0] ?? Number.NaN);
  const most = shortFigureText(values.at(-1) ?? Number.NaN);
  const width = Math.max(...labels.map((label) => [...visibleText(label)].length));
  return [
    `${visibleText(criterion)}  ${figureText(score.score, 2)}  (${least} to ${most}; vanilla ` +
      `${shortFigureText(score.vanilla)}, e-score ${figureText(score.eScore, 2)}, lager ` +
      `${figureText(score.lager, 2)}, sd ${figureText(score.standardDeviation, 2)})`,
    ...(labels.length > MOST_BARS
      ? []
      : labels.map((label, k) => {
          const p = probabilities[k] ?? Number.NaN;
          const percent = padTo(`${(p * 100).toFixed(1)} %`, 8, "right");
          return `  ${padTo(visibleText(label), width, "right")} ${percent}  ${bar(p)}`.trimEnd();
        })),
  ];
}

function bar(share: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * BAR * 8);
  return `${"█".repeat(eighths >> 3)}${EIGHTHS[eighths & 7]}`;
}
