import { flag, type OptionValues, text } from "./command.ts";

/** One answer on the command line, in place of a data file. */
export const ANSWER_OPTIONS = [
  text("--response <text>", "score this one answer, or - for standard input; nothing is written"),
  text("--instruction <text>", "what it answers"),
  text("--context <text>", "what the judge is given beside it"),
  text("--reference <text>", "a reference answer"),
  flag("--json", "of one answer: one JSON object"),
] as const;

/** Whether the command line holds an answer to score. */
export function isAnswer(options: OptionValues<typeof ANSWER_OPTIONS>): boolean {
  const { response, instruction, context, reference, json } = options;
  return [response, instruction, context, reference, json].some((each) => each !== undefined);
}
