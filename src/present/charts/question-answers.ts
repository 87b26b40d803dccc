import type { EvalResult, QuestionFigures } from "../../analysis/eval/eval-result.ts";
import { figureText } from "../../base/figure-text.ts";
import { upLines, xAxis } from "./axes.ts";
import { type Chart, NARROW, nameFrom, WIDE } from "./chart.ts";
import { color } from "./palette.ts";

/** Characters of a question beside its bar. */
const QUESTION_LENGTH = { wide: 52, narrow: 21 } as const;

/** How the questions of each criterion were answered, one chart a criterion. */
export function questionAnswers(result: EvalResult): Chart[] {
  const criteria = [...new Set(result.questions.map(({ criterion }) => criterion))];
  return criteria.map((criterion) =>
    criterionChart(
      result,
      criterion,
      result.questions.filter((each) => each.criterion === criterion),
    ),
  );
}

function criterionChart(
  { run }: EvalResult,
  criterion: string,
  questions: readonly QuestionFigures[],
): Chart {
  const better = run.labels.at(-1) ?? "";
  const answered = questions.filter((each) => each.answered !== null);
  const at = (each: QuestionFigures): number => questions.indexOf(each);
  return {
    name: nameFrom("questions", criterion),
    title: `Answers to the questions on ${criterion}`,
    description: `${answered
      .map((each) => `${each.question} ${better} ${figureText(each.answered)}`)
      .join("; ")}.`,
    width: WIDE,
    plot: (plot, width) => {
      const isWide = width > NARROW;
      const length = isWide ? QUESTION_LENGTH.wide : QUESTION_LENGTH.narrow;
      return {
        height: 56 + questions.length * 26,
        marginTop: 8,
        marginBottom: 40,
        marginLeft: isWide ? 380 : 172,
        marginRight: isWide ? 110 : 46,
        x: { domain: [0, 1] },
        y: { domain: [...questions.keys()] },
        marks: [
          upLines(plot, isWide ? 6 : 3),
          plot.barX(answered, {
            y: at,
            x: "answered",
            fill: color("escore"),
            insetTop: 4,
            insetBottom: 4,
          }),
          plot.axisY({
            tickSize: 0,
            label: null,
            tickFormat: (i: number) => shortened(questions[i]?.question ?? "", length),
          }),
          xAxis(plot, `mean probability of "${better}"`, { ticks: isWide ? 6 : 3 }),
          plot.text(questions, {
            y: at,
            text: (each: QuestionFigures) =>
              isWide && each.spearman !== null
                ? `${figureText(each.answered, 2)} · ρ ${figureText(each.spearman, 2)}`
                : figureText(each.answered, 2),
            frameAnchor: "right",
            textAnchor: "start",
            dx: 10,
          }),
        ],
      };
    },
  };
}

function shortened(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}
