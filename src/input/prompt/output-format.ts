import type { Condition } from "../task/condition.ts";
import type { Task } from "../task/task.ts";

/**
 * What the judge is told to write: the template variable `outputFormat`. `prefill` and `direct` ask
 * for the same, so that their prompts differ only in who writes the answer prefix.
 */
export function outputFormat(
  { answerPrefix, scale }: Pick<Task, "answerPrefix" | "scale">,
  condition: Condition,
): string {
  const answer = `${answerPrefix}<${scale.map(({ label }) => label).join("|")}>`;
  if (condition !== "reasoning") return `Write one line and nothing else:\n${answer}`;
  return (
    "First say in two or three sentences what speaks for the response and what against it. Then " +
    `write the score on a line of its own, and nothing after it:\nfeedback: <your feedback>\n${answer}`
  );
}
