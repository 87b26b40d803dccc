import { sharedQuestions } from "../../input/task/checklist.ts";
import type { RunTable } from "../../run/run-table.ts";
import { QuestionLogOdds } from "../../scoring/score/question-score.ts";
import { spearman } from "../stats/correlation.ts";
import type { QuestionFigures } from "./eval-result.ts";

/** How a checklist's questions were answered, and how far each agrees with people. */
export function questionFigures(table: RunTable): QuestionFigures[] {
  const { task, values, judge } = table.header;
  const answers = new QuestionLogOdds(table.nodes, { values, layerCount: judge.layers });
  return task.criteria.flatMap((criterion) => {
    const questions = sharedQuestions(criterion, task);
    if (questions === null) return [];
    const number = table.criteria.indexOf(criterion.name);
    const lines = Int32Array.from({ length: table.lines }, (_, line) => line).filter(
      (line) => table.criterionOf[line] === number,
    );
    const logOdds = Array.from(lines, (line) => {
      answers.read(line);
      return answers.logOdds.slice();
    });
    const rated = lines
      .map((line, i) => (Number.isNaN(table.human[line]) ? -1 : i))
      .filter((i) => i !== -1);
    const human = Float64Array.from(rated, (i) => table.human[lines[i] as number] as number);
    return questions.map(({ text, share }, q): QuestionFigures => {
      const own = Float64Array.from(logOdds, (odds) => odds[q] as number);
      const mean = own.reduce((sum, odds) => sum + logistic(odds), 0) / own.length;
      return {
        criterion: criterion.name,
        question: text,
        share,
        lines: own.length,
        answered: own.length === 0 ? null : mean,
        spearman: spearman(
          Float64Array.from(rated, (i) => own[i] as number),
          human,
        ).value,
      };
    });
  });
}

function logistic(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}
