import type { JsonFields } from "../../base/json-fields.ts";
import { DEFAULT_ANSWERS } from "./checklist.ts";
import { checkLabel } from "./parse-scale.ts";
import type { Criterion, Question } from "./task.ts";

/** More questions than this are surely a slip: each is a prompt of its own. */
const MOST_QUESTIONS = 100;

/** A criterion's `questions`: texts, or objects with `text` and `weight`. */
export function parseQuestions(criterion: JsonFields): readonly Question[] {
  const questions = criterion.list("questions", 1).map((element, index): Question => {
    if (typeof element !== "string") return weighedQuestion(criterion.element("questions", index));
    if (element.trim() !== "") return { text: element.trim(), weight: 1 };
    throw criterion.invalid(["questions", index], "this text is empty");
  });
  if (questions.length > MOST_QUESTIONS) {
    throw criterion.invalid("questions", `a criterion has at most ${MOST_QUESTIONS} questions`);
  }
  return questions;
}

function weighedQuestion(fields: JsonFields): Question {
  fields.only(["text", "weight"]);
  const weight = fields.has("weight") ? fields.number("weight") : 1;
  if (!(weight > 0)) throw fields.invalid("weight", "a question's weight is above 0");
  return { text: fields.filledString("text"), weight };
}

/** What a checklist's questions may be answered with; null for a task without questions. */
export function parseAnswers(
  task: JsonFields,
  criteria: readonly Criterion[],
): readonly [string, string] | null {
  if (!criteria.some(({ questions }) => questions !== undefined)) {
    if (!task.has("answers")) return null;
    throw task.invalid("answers", "answers are for criteria with questions, and there are none");
  }
  const anchored = criteria.findIndex(({ anchors }) => Object.keys(anchors).length > 0);
  if (anchored !== -1) {
    throw task.invalid(
      ["criteria", anchored, "anchors"],
      "where a criterion of the task has questions, the others are asked their description, and no " +
        "scale: anchors would not be shown",
    );
  }
  if (!task.has("answers")) return DEFAULT_ANSWERS;
  const [worse, better, ...more] = task.strings("answers");
  if (worse === undefined || better === undefined || more.length > 0 || worse === better) {
    throw task.invalid("answers", "there are two different answers, the worse one first");
  }
  return [checkLabel(worse, task, "answers"), checkLabel(better, task, "answers")];
}
