import { parseTask } from "../input/task/parse-task.ts";
import type { Task } from "../input/task/task.ts";

/** The criterion of {@link rubricTask}. */
export const RUBRIC = "rubric";

/**
 * A task that asks whether a text meets a requirement in anybody's words, to be answered with no or yes: its
 * normalized score is the probability of yes.
 */
export function rubricTask(rubric: string): Task {
  return parseTask(
    {
      name: RUBRIC,
      description:
        "You check whether a text meets a requirement. Judge what is written, not what may have been meant.",
      scale: { labels: { no: 0, yes: 1 } },
      required: ["response"],
      answerPrefix: "answer: ",
      criteria: [{ name: RUBRIC, description: rubric }],
      prompt: RUBRIC_PROMPT,
    },
    {},
  );
}

const RUBRIC_PROMPT = `{{ task.description }}

## Text
{{ response }}

## Requirement
{{ criterion.description }}

Does the text meet the requirement? {{ outputFormat }}
`;
