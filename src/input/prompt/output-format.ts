import { judgedScale } from "../task/checklist.ts";
import type { Condition } from "../task/condition.ts";
import type { Task } from "../task/task.ts";

/**
 * What the judge is told to write: the template variable `outputFormat`. `prefill` and `direct` ask
 * for the same, so that their prompts differ only in who writes the answer prefix.
 */
export function outputFormat(
  task: Pick<Task, "answerPrefix" | "scale" | "answers">,
  condition: Condition,
): string {
  const labels = judgedScale(task).map(({ label }) => label);
  const answer = `${task.answerPrefix}<${labels.join("|")}>`;
  if (condition !== "reasoning") return `Write one line and nothing else:\n${answer}`;
  return (
    "First say in two or three sentences what speaks for the response and what against it. Then " +
    `write the score on a line of its own, and nothing after it:\nfeedback: <your feedback>\n${answer}`
  );
}
